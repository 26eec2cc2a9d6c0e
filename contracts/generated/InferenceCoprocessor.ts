// Generated from src/InferenceCoprocessor.sol by generate.ts. Do not edit.

export const inferenceCoprocessorAbi = [
  {
    "inputs": [],
    "stateMutability": "nonpayable",
    "type": "constructor"
  },
  {
    "inputs": [
      {
        "internalType": "uint256",
        "name": "limit",
        "type": "uint256"
      },
      {
        "internalType": "uint256",
        "name": "received",
        "type": "uint256"
      }
    ],
    "name": "CallbackGas",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "bytes32",
        "name": "requestId",
        "type": "bytes32"
      },
      {
        "internalType": "bytes",
        "name": "reason",
        "type": "bytes"
      }
    ],
    "name": "CallbackReverted",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "bytes32",
        "name": "requestId",
        "type": "bytes32"
      },
      {
        "internalType": "uint64",
        "name": "deadlineSeconds",
        "type": "uint64"
      }
    ],
    "name": "DeadlineNotPassed",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "uint256",
        "name": "earliestSeconds",
        "type": "uint256"
      },
      {
        "internalType": "uint256",
        "name": "latestSeconds",
        "type": "uint256"
      },
      {
        "internalType": "uint64",
        "name": "received",
        "type": "uint64"
      }
    ],
    "name": "DeadlineOutOfRange",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "bytes32",
        "name": "requestId",
        "type": "bytes32"
      },
      {
        "internalType": "uint64",
        "name": "deadlineSeconds",
        "type": "uint64"
      }
    ],
    "name": "DeadlinePassed",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "bytes32",
        "name": "subscriptionId",
        "type": "bytes32"
      },
      {
        "internalType": "uint256",
        "name": "expected",
        "type": "uint256"
      },
      {
        "internalType": "uint256",
        "name": "received",
        "type": "uint256"
      }
    ],
    "name": "DepositTooLow",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "address",
        "name": "to",
        "type": "address"
      }
    ],
    "name": "EthTransferFailed",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "uint256",
        "name": "expected",
        "type": "uint256"
      },
      {
        "internalType": "uint256",
        "name": "received",
        "type": "uint256"
      }
    ],
    "name": "GasTooLow",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "address",
        "name": "signer",
        "type": "address"
      },
      {
        "internalType": "bytes32",
        "name": "expected",
        "type": "bytes32"
      },
      {
        "internalType": "bytes32",
        "name": "received",
        "type": "bytes32"
      }
    ],
    "name": "ImageMismatch",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "bytes32",
        "name": "expected",
        "type": "bytes32"
      },
      {
        "internalType": "bytes32",
        "name": "received",
        "type": "bytes32"
      }
    ],
    "name": "InputMismatch",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "bytes32",
        "name": "subscriptionId",
        "type": "bytes32"
      },
      {
        "internalType": "uint64",
        "name": "nextSeconds",
        "type": "uint64"
      }
    ],
    "name": "InstanceNotDue",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "address",
        "name": "signer",
        "type": "address"
      },
      {
        "internalType": "enum KeyStatus",
        "name": "status",
        "type": "uint8"
      }
    ],
    "name": "KeyNotActive",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "uint256",
        "name": "index",
        "type": "uint256"
      },
      {
        "internalType": "uint256",
        "name": "treeSize",
        "type": "uint256"
      }
    ],
    "name": "LeafOutsideTree",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "address",
        "name": "signer",
        "type": "address"
      },
      {
        "internalType": "bytes32",
        "name": "expected",
        "type": "bytes32"
      },
      {
        "internalType": "bytes32",
        "name": "received",
        "type": "bytes32"
      }
    ],
    "name": "ModelsMismatch",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "address",
        "name": "subscriber",
        "type": "address"
      },
      {
        "internalType": "address",
        "name": "caller",
        "type": "address"
      }
    ],
    "name": "NotSubscriber",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "bytes32",
        "name": "requestId",
        "type": "bytes32"
      }
    ],
    "name": "NotTheAnswer",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "address",
        "name": "account",
        "type": "address"
      },
      {
        "internalType": "address",
        "name": "token",
        "type": "address"
      }
    ],
    "name": "NothingToWithdraw",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "address",
        "name": "operator",
        "type": "address"
      },
      {
        "internalType": "bytes32",
        "name": "modelId",
        "type": "bytes32"
      },
      {
        "internalType": "address",
        "name": "token",
        "type": "address"
      },
      {
        "internalType": "contract IEnclaveRegistry",
        "name": "registry",
        "type": "address"
      }
    ],
    "name": "OfferNotOpen",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "bytes32",
        "name": "expected",
        "type": "bytes32"
      },
      {
        "internalType": "bytes32",
        "name": "received",
        "type": "bytes32"
      }
    ],
    "name": "OutputMismatch",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "bytes32",
        "name": "expected",
        "type": "bytes32"
      },
      {
        "internalType": "bytes32",
        "name": "received",
        "type": "bytes32"
      }
    ],
    "name": "OutputNamesMismatch",
    "type": "error"
  },
  {
    "inputs": [],
    "name": "OutputNamesMissing",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "uint256",
        "name": "offset",
        "type": "uint256"
      },
      {
        "internalType": "uint256",
        "name": "length",
        "type": "uint256"
      }
    ],
    "name": "OutputsMalformed",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "uint256",
        "name": "expected",
        "type": "uint256"
      },
      {
        "internalType": "uint256",
        "name": "received",
        "type": "uint256"
      }
    ],
    "name": "PaymentTooLow",
    "type": "error"
  },
  {
    "inputs": [
      {
        "components": [
          {
            "internalType": "contract IEnclaveRegistry",
            "name": "registry",
            "type": "address"
          },
          {
            "internalType": "bytes32",
            "name": "imageId",
            "type": "bytes32"
          },
          {
            "internalType": "bytes32",
            "name": "modelsId",
            "type": "bytes32"
          },
          {
            "internalType": "uint16",
            "name": "routes",
            "type": "uint16"
          },
          {
            "internalType": "uint32",
            "name": "receiptAgeSecondsMax",
            "type": "uint32"
          }
        ],
        "internalType": "struct InferencePolicy",
        "name": "policy",
        "type": "tuple"
      }
    ],
    "name": "PolicyIncomplete",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "uint256",
        "name": "index",
        "type": "uint256"
      },
      {
        "internalType": "uint256",
        "name": "treeSize",
        "type": "uint256"
      },
      {
        "internalType": "uint256",
        "name": "received",
        "type": "uint256"
      }
    ],
    "name": "ProofLength",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "uint64",
        "name": "timestampMs",
        "type": "uint64"
      },
      {
        "internalType": "uint256",
        "name": "latestMs",
        "type": "uint256"
      }
    ],
    "name": "ReceiptFromFuture",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "uint64",
        "name": "timestampMs",
        "type": "uint64"
      },
      {
        "internalType": "uint256",
        "name": "oldestMs",
        "type": "uint256"
      }
    ],
    "name": "ReceiptTooOld",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "bytes32",
        "name": "requestId",
        "type": "bytes32"
      },
      {
        "internalType": "enum RequestState",
        "name": "expected",
        "type": "uint8"
      },
      {
        "internalType": "enum RequestState",
        "name": "received",
        "type": "uint8"
      }
    ],
    "name": "RequestNotInState",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "bytes32",
        "name": "expected",
        "type": "bytes32"
      },
      {
        "internalType": "bytes32",
        "name": "received",
        "type": "bytes32"
      }
    ],
    "name": "RootMismatch",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "address",
        "name": "signer",
        "type": "address"
      },
      {
        "internalType": "uint16",
        "name": "routes",
        "type": "uint16"
      },
      {
        "internalType": "uint8",
        "name": "received",
        "type": "uint8"
      }
    ],
    "name": "RouteNotTaken",
    "type": "error"
  },
  {
    "inputs": [
      {
        "components": [
          {
            "internalType": "uint64",
            "name": "firstSeconds",
            "type": "uint64"
          },
          {
            "internalType": "uint32",
            "name": "periodSeconds",
            "type": "uint32"
          },
          {
            "internalType": "uint32",
            "name": "answerSeconds",
            "type": "uint32"
          }
        ],
        "internalType": "struct SubscriptionSchedule",
        "name": "schedule",
        "type": "tuple"
      }
    ],
    "name": "ScheduleInvalid",
    "type": "error"
  },
  {
    "inputs": [],
    "name": "SequenceZero",
    "type": "error"
  },
  {
    "inputs": [],
    "name": "Sha256Failed",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "bytes32",
        "name": "s",
        "type": "bytes32"
      }
    ],
    "name": "SignatureHighS",
    "type": "error"
  },
  {
    "inputs": [],
    "name": "SignatureInvalid",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "uint256",
        "name": "expected",
        "type": "uint256"
      },
      {
        "internalType": "uint256",
        "name": "received",
        "type": "uint256"
      }
    ],
    "name": "SignatureLength",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "uint8",
        "name": "received",
        "type": "uint8"
      }
    ],
    "name": "SignatureRecoveryId",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "bytes32",
        "name": "subscriptionId",
        "type": "bytes32"
      }
    ],
    "name": "SubscriptionNotOpen",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "address",
        "name": "token",
        "type": "address"
      },
      {
        "internalType": "uint256",
        "name": "expected",
        "type": "uint256"
      },
      {
        "internalType": "uint256",
        "name": "received",
        "type": "uint256"
      }
    ],
    "name": "TokenAmountMismatch",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "address",
        "name": "token",
        "type": "address"
      }
    ],
    "name": "TokenTransferFailed",
    "type": "error"
  },
  {
    "inputs": [],
    "name": "TransferReentered",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "uint256",
        "name": "expected",
        "type": "uint256"
      },
      {
        "internalType": "uint256",
        "name": "received",
        "type": "uint256"
      }
    ],
    "name": "ValueMismatch",
    "type": "error"
  },
  {
    "inputs": [],
    "name": "ZeroAddress",
    "type": "error"
  },
  {
    "anonymous": false,
    "inputs": [
      {
        "indexed": true,
        "internalType": "bytes32",
        "name": "requestId",
        "type": "bytes32"
      },
      {
        "components": [
          {
            "internalType": "bytes32",
            "name": "requestId",
            "type": "bytes32"
          },
          {
            "internalType": "bytes32",
            "name": "modelId",
            "type": "bytes32"
          },
          {
            "internalType": "bytes32",
            "name": "inputHash",
            "type": "bytes32"
          },
          {
            "internalType": "bytes32",
            "name": "outputHash",
            "type": "bytes32"
          },
          {
            "internalType": "uint64",
            "name": "timestampMs",
            "type": "uint64"
          },
          {
            "internalType": "uint64",
            "name": "sequence",
            "type": "uint64"
          }
        ],
        "indexed": false,
        "internalType": "struct InferenceReceipt",
        "name": "receipt",
        "type": "tuple"
      },
      {
        "indexed": false,
        "internalType": "bytes",
        "name": "outputs",
        "type": "bytes"
      },
      {
        "indexed": false,
        "internalType": "bytes",
        "name": "reason",
        "type": "bytes"
      }
    ],
    "name": "CallbackFailed",
    "type": "event"
  },
  {
    "anonymous": false,
    "inputs": [
      {
        "indexed": true,
        "internalType": "bytes32",
        "name": "requestId",
        "type": "bytes32"
      },
      {
        "indexed": false,
        "internalType": "address",
        "name": "caller",
        "type": "address"
      }
    ],
    "name": "CallbackRetried",
    "type": "event"
  },
  {
    "anonymous": false,
    "inputs": [
      {
        "indexed": true,
        "internalType": "bytes32",
        "name": "requestId",
        "type": "bytes32"
      },
      {
        "indexed": false,
        "internalType": "enum RequestState",
        "name": "state",
        "type": "uint8"
      }
    ],
    "name": "FulfilmentSkipped",
    "type": "event"
  },
  {
    "anonymous": false,
    "inputs": [
      {
        "indexed": true,
        "internalType": "bytes32",
        "name": "requestId",
        "type": "bytes32"
      },
      {
        "indexed": true,
        "internalType": "address",
        "name": "operator",
        "type": "address"
      },
      {
        "indexed": true,
        "internalType": "address",
        "name": "signer",
        "type": "address"
      },
      {
        "indexed": false,
        "internalType": "bytes32",
        "name": "outputHash",
        "type": "bytes32"
      },
      {
        "indexed": false,
        "internalType": "uint64",
        "name": "timestampMs",
        "type": "uint64"
      },
      {
        "indexed": false,
        "internalType": "uint64",
        "name": "sequence",
        "type": "uint64"
      },
      {
        "indexed": false,
        "internalType": "address",
        "name": "fulfiller",
        "type": "address"
      },
      {
        "indexed": false,
        "internalType": "bool",
        "name": "callbackSucceeded",
        "type": "bool"
      }
    ],
    "name": "InferenceFulfilled",
    "type": "event"
  },
  {
    "anonymous": false,
    "inputs": [
      {
        "indexed": true,
        "internalType": "bytes32",
        "name": "requestId",
        "type": "bytes32"
      },
      {
        "indexed": true,
        "internalType": "address",
        "name": "refundTo",
        "type": "address"
      },
      {
        "indexed": false,
        "internalType": "address",
        "name": "token",
        "type": "address"
      },
      {
        "indexed": false,
        "internalType": "uint256",
        "name": "amount",
        "type": "uint256"
      }
    ],
    "name": "InferenceRefunded",
    "type": "event"
  },
  {
    "anonymous": false,
    "inputs": [
      {
        "indexed": true,
        "internalType": "bytes32",
        "name": "requestId",
        "type": "bytes32"
      },
      {
        "indexed": true,
        "internalType": "address",
        "name": "requester",
        "type": "address"
      },
      {
        "indexed": true,
        "internalType": "address",
        "name": "operator",
        "type": "address"
      },
      {
        "components": [
          {
            "components": [
              {
                "internalType": "address",
                "name": "operator",
                "type": "address"
              },
              {
                "internalType": "bytes32",
                "name": "modelId",
                "type": "bytes32"
              },
              {
                "components": [
                  {
                    "internalType": "contract IEnclaveRegistry",
                    "name": "registry",
                    "type": "address"
                  },
                  {
                    "internalType": "bytes32",
                    "name": "imageId",
                    "type": "bytes32"
                  },
                  {
                    "internalType": "bytes32",
                    "name": "modelsId",
                    "type": "bytes32"
                  },
                  {
                    "internalType": "uint16",
                    "name": "routes",
                    "type": "uint16"
                  },
                  {
                    "internalType": "uint32",
                    "name": "receiptAgeSecondsMax",
                    "type": "uint32"
                  }
                ],
                "internalType": "struct InferencePolicy",
                "name": "policy",
                "type": "tuple"
              },
              {
                "internalType": "address",
                "name": "callback",
                "type": "address"
              },
              {
                "internalType": "uint64",
                "name": "callbackGasLimit",
                "type": "uint64"
              },
              {
                "internalType": "address",
                "name": "token",
                "type": "address"
              },
              {
                "internalType": "uint128",
                "name": "payment",
                "type": "uint128"
              },
              {
                "internalType": "address",
                "name": "refundTo",
                "type": "address"
              }
            ],
            "internalType": "struct InferenceTerms",
            "name": "terms",
            "type": "tuple"
          },
          {
            "internalType": "address",
            "name": "requester",
            "type": "address"
          },
          {
            "internalType": "bytes32",
            "name": "inputHash",
            "type": "bytes32"
          },
          {
            "internalType": "bytes32",
            "name": "outputNamesHash",
            "type": "bytes32"
          },
          {
            "internalType": "uint64",
            "name": "deadlineSeconds",
            "type": "uint64"
          },
          {
            "internalType": "uint64",
            "name": "nonce",
            "type": "uint64"
          },
          {
            "internalType": "bytes32",
            "name": "parentHash",
            "type": "bytes32"
          }
        ],
        "indexed": false,
        "internalType": "struct InferenceRequest",
        "name": "request",
        "type": "tuple"
      },
      {
        "indexed": false,
        "internalType": "string[]",
        "name": "outputNames",
        "type": "string[]"
      },
      {
        "indexed": false,
        "internalType": "bytes",
        "name": "input",
        "type": "bytes"
      },
      {
        "indexed": false,
        "internalType": "string",
        "name": "inputUri",
        "type": "string"
      }
    ],
    "name": "InferenceRequested",
    "type": "event"
  },
  {
    "anonymous": false,
    "inputs": [
      {
        "indexed": true,
        "internalType": "address",
        "name": "operator",
        "type": "address"
      },
      {
        "indexed": true,
        "internalType": "bytes32",
        "name": "modelId",
        "type": "bytes32"
      },
      {
        "indexed": true,
        "internalType": "contract IEnclaveRegistry",
        "name": "registry",
        "type": "address"
      },
      {
        "indexed": false,
        "internalType": "address",
        "name": "token",
        "type": "address"
      },
      {
        "components": [
          {
            "internalType": "bool",
            "name": "open",
            "type": "bool"
          },
          {
            "internalType": "uint128",
            "name": "baseFee",
            "type": "uint128"
          },
          {
            "internalType": "uint64",
            "name": "feePerCallbackGas",
            "type": "uint64"
          }
        ],
        "indexed": false,
        "internalType": "struct Offer",
        "name": "offer",
        "type": "tuple"
      }
    ],
    "name": "OfferChanged",
    "type": "event"
  },
  {
    "anonymous": false,
    "inputs": [
      {
        "indexed": true,
        "internalType": "address",
        "name": "operator",
        "type": "address"
      },
      {
        "indexed": false,
        "internalType": "string",
        "name": "uri",
        "type": "string"
      }
    ],
    "name": "OperatorUriChanged",
    "type": "event"
  },
  {
    "anonymous": false,
    "inputs": [
      {
        "indexed": true,
        "internalType": "bytes32",
        "name": "subscriptionId",
        "type": "bytes32"
      },
      {
        "indexed": false,
        "internalType": "uint128",
        "name": "refund",
        "type": "uint128"
      }
    ],
    "name": "SubscriptionClosed",
    "type": "event"
  },
  {
    "anonymous": false,
    "inputs": [
      {
        "indexed": true,
        "internalType": "bytes32",
        "name": "subscriptionId",
        "type": "bytes32"
      },
      {
        "indexed": true,
        "internalType": "address",
        "name": "payer",
        "type": "address"
      },
      {
        "indexed": false,
        "internalType": "uint128",
        "name": "amount",
        "type": "uint128"
      },
      {
        "indexed": false,
        "internalType": "uint128",
        "name": "deposit",
        "type": "uint128"
      }
    ],
    "name": "SubscriptionFunded",
    "type": "event"
  },
  {
    "anonymous": false,
    "inputs": [
      {
        "indexed": true,
        "internalType": "bytes32",
        "name": "subscriptionId",
        "type": "bytes32"
      },
      {
        "indexed": true,
        "internalType": "address",
        "name": "subscriber",
        "type": "address"
      },
      {
        "indexed": true,
        "internalType": "address",
        "name": "operator",
        "type": "address"
      },
      {
        "components": [
          {
            "components": [
              {
                "internalType": "address",
                "name": "operator",
                "type": "address"
              },
              {
                "internalType": "bytes32",
                "name": "modelId",
                "type": "bytes32"
              },
              {
                "components": [
                  {
                    "internalType": "contract IEnclaveRegistry",
                    "name": "registry",
                    "type": "address"
                  },
                  {
                    "internalType": "bytes32",
                    "name": "imageId",
                    "type": "bytes32"
                  },
                  {
                    "internalType": "bytes32",
                    "name": "modelsId",
                    "type": "bytes32"
                  },
                  {
                    "internalType": "uint16",
                    "name": "routes",
                    "type": "uint16"
                  },
                  {
                    "internalType": "uint32",
                    "name": "receiptAgeSecondsMax",
                    "type": "uint32"
                  }
                ],
                "internalType": "struct InferencePolicy",
                "name": "policy",
                "type": "tuple"
              },
              {
                "internalType": "address",
                "name": "callback",
                "type": "address"
              },
              {
                "internalType": "uint64",
                "name": "callbackGasLimit",
                "type": "uint64"
              },
              {
                "internalType": "address",
                "name": "token",
                "type": "address"
              },
              {
                "internalType": "uint128",
                "name": "payment",
                "type": "uint128"
              },
              {
                "internalType": "address",
                "name": "refundTo",
                "type": "address"
              }
            ],
            "internalType": "struct InferenceTerms",
            "name": "terms",
            "type": "tuple"
          },
          {
            "internalType": "address",
            "name": "subscriber",
            "type": "address"
          },
          {
            "internalType": "bytes32",
            "name": "inputHash",
            "type": "bytes32"
          },
          {
            "internalType": "bytes32",
            "name": "outputNamesHash",
            "type": "bytes32"
          },
          {
            "components": [
              {
                "internalType": "uint64",
                "name": "firstSeconds",
                "type": "uint64"
              },
              {
                "internalType": "uint32",
                "name": "periodSeconds",
                "type": "uint32"
              },
              {
                "internalType": "uint32",
                "name": "answerSeconds",
                "type": "uint32"
              }
            ],
            "internalType": "struct SubscriptionSchedule",
            "name": "schedule",
            "type": "tuple"
          },
          {
            "internalType": "uint64",
            "name": "nonce",
            "type": "uint64"
          },
          {
            "internalType": "bytes32",
            "name": "parentHash",
            "type": "bytes32"
          }
        ],
        "indexed": false,
        "internalType": "struct InferenceSubscription",
        "name": "subscription",
        "type": "tuple"
      },
      {
        "indexed": false,
        "internalType": "uint128",
        "name": "deposit",
        "type": "uint128"
      },
      {
        "indexed": false,
        "internalType": "string[]",
        "name": "outputNames",
        "type": "string[]"
      },
      {
        "indexed": false,
        "internalType": "bytes",
        "name": "input",
        "type": "bytes"
      },
      {
        "indexed": false,
        "internalType": "string",
        "name": "inputUri",
        "type": "string"
      }
    ],
    "name": "SubscriptionOpened",
    "type": "event"
  },
  {
    "anonymous": false,
    "inputs": [
      {
        "indexed": true,
        "internalType": "bytes32",
        "name": "subscriptionId",
        "type": "bytes32"
      },
      {
        "indexed": true,
        "internalType": "bytes32",
        "name": "requestId",
        "type": "bytes32"
      },
      {
        "indexed": false,
        "internalType": "uint128",
        "name": "deposit",
        "type": "uint128"
      },
      {
        "indexed": false,
        "internalType": "uint64",
        "name": "nextSeconds",
        "type": "uint64"
      }
    ],
    "name": "SubscriptionTriggered",
    "type": "event"
  },
  {
    "anonymous": false,
    "inputs": [
      {
        "indexed": true,
        "internalType": "address",
        "name": "account",
        "type": "address"
      },
      {
        "indexed": true,
        "internalType": "address",
        "name": "token",
        "type": "address"
      },
      {
        "indexed": false,
        "internalType": "address",
        "name": "to",
        "type": "address"
      },
      {
        "indexed": false,
        "internalType": "uint256",
        "name": "amount",
        "type": "uint256"
      }
    ],
    "name": "Withdrawn",
    "type": "event"
  },
  {
    "inputs": [],
    "name": "CALLBACK_GAS_MAX",
    "outputs": [
      {
        "internalType": "uint256",
        "name": "",
        "type": "uint256"
      }
    ],
    "stateMutability": "view",
    "type": "function"
  },
  {
    "inputs": [],
    "name": "DEADLINE_AHEAD_SECONDS_MAX",
    "outputs": [
      {
        "internalType": "uint256",
        "name": "",
        "type": "uint256"
      }
    ],
    "stateMutability": "view",
    "type": "function"
  },
  {
    "inputs": [],
    "name": "RECEIPT_AHEAD_MS_MAX",
    "outputs": [
      {
        "internalType": "uint256",
        "name": "",
        "type": "uint256"
      }
    ],
    "stateMutability": "view",
    "type": "function"
  },
  {
    "inputs": [
      {
        "components": [
          {
            "components": [
              {
                "internalType": "address",
                "name": "operator",
                "type": "address"
              },
              {
                "internalType": "bytes32",
                "name": "modelId",
                "type": "bytes32"
              },
              {
                "components": [
                  {
                    "internalType": "contract IEnclaveRegistry",
                    "name": "registry",
                    "type": "address"
                  },
                  {
                    "internalType": "bytes32",
                    "name": "imageId",
                    "type": "bytes32"
                  },
                  {
                    "internalType": "bytes32",
                    "name": "modelsId",
                    "type": "bytes32"
                  },
                  {
                    "internalType": "uint16",
                    "name": "routes",
                    "type": "uint16"
                  },
                  {
                    "internalType": "uint32",
                    "name": "receiptAgeSecondsMax",
                    "type": "uint32"
                  }
                ],
                "internalType": "struct InferencePolicy",
                "name": "policy",
                "type": "tuple"
              },
              {
                "internalType": "address",
                "name": "callback",
                "type": "address"
              },
              {
                "internalType": "uint64",
                "name": "callbackGasLimit",
                "type": "uint64"
              },
              {
                "internalType": "address",
                "name": "token",
                "type": "address"
              },
              {
                "internalType": "uint128",
                "name": "payment",
                "type": "uint128"
              },
              {
                "internalType": "address",
                "name": "refundTo",
                "type": "address"
              }
            ],
            "internalType": "struct InferenceTerms",
            "name": "terms",
            "type": "tuple"
          },
          {
            "internalType": "address",
            "name": "requester",
            "type": "address"
          },
          {
            "internalType": "bytes32",
            "name": "inputHash",
            "type": "bytes32"
          },
          {
            "internalType": "bytes32",
            "name": "outputNamesHash",
            "type": "bytes32"
          },
          {
            "internalType": "uint64",
            "name": "deadlineSeconds",
            "type": "uint64"
          },
          {
            "internalType": "uint64",
            "name": "nonce",
            "type": "uint64"
          },
          {
            "internalType": "bytes32",
            "name": "parentHash",
            "type": "bytes32"
          }
        ],
        "internalType": "struct InferenceRequest",
        "name": "request",
        "type": "tuple"
      }
    ],
    "name": "cancel",
    "outputs": [],
    "stateMutability": "nonpayable",
    "type": "function"
  },
  {
    "inputs": [
      {
        "components": [
          {
            "components": [
              {
                "internalType": "address",
                "name": "operator",
                "type": "address"
              },
              {
                "internalType": "bytes32",
                "name": "modelId",
                "type": "bytes32"
              },
              {
                "components": [
                  {
                    "internalType": "contract IEnclaveRegistry",
                    "name": "registry",
                    "type": "address"
                  },
                  {
                    "internalType": "bytes32",
                    "name": "imageId",
                    "type": "bytes32"
                  },
                  {
                    "internalType": "bytes32",
                    "name": "modelsId",
                    "type": "bytes32"
                  },
                  {
                    "internalType": "uint16",
                    "name": "routes",
                    "type": "uint16"
                  },
                  {
                    "internalType": "uint32",
                    "name": "receiptAgeSecondsMax",
                    "type": "uint32"
                  }
                ],
                "internalType": "struct InferencePolicy",
                "name": "policy",
                "type": "tuple"
              },
              {
                "internalType": "address",
                "name": "callback",
                "type": "address"
              },
              {
                "internalType": "uint64",
                "name": "callbackGasLimit",
                "type": "uint64"
              },
              {
                "internalType": "address",
                "name": "token",
                "type": "address"
              },
              {
                "internalType": "uint128",
                "name": "payment",
                "type": "uint128"
              },
              {
                "internalType": "address",
                "name": "refundTo",
                "type": "address"
              }
            ],
            "internalType": "struct InferenceTerms",
            "name": "terms",
            "type": "tuple"
          },
          {
            "internalType": "address",
            "name": "subscriber",
            "type": "address"
          },
          {
            "internalType": "bytes32",
            "name": "inputHash",
            "type": "bytes32"
          },
          {
            "internalType": "bytes32",
            "name": "outputNamesHash",
            "type": "bytes32"
          },
          {
            "components": [
              {
                "internalType": "uint64",
                "name": "firstSeconds",
                "type": "uint64"
              },
              {
                "internalType": "uint32",
                "name": "periodSeconds",
                "type": "uint32"
              },
              {
                "internalType": "uint32",
                "name": "answerSeconds",
                "type": "uint32"
              }
            ],
            "internalType": "struct SubscriptionSchedule",
            "name": "schedule",
            "type": "tuple"
          },
          {
            "internalType": "uint64",
            "name": "nonce",
            "type": "uint64"
          },
          {
            "internalType": "bytes32",
            "name": "parentHash",
            "type": "bytes32"
          }
        ],
        "internalType": "struct InferenceSubscription",
        "name": "subscription",
        "type": "tuple"
      }
    ],
    "name": "closeSubscription",
    "outputs": [],
    "stateMutability": "nonpayable",
    "type": "function"
  },
  {
    "inputs": [
      {
        "internalType": "address",
        "name": "account",
        "type": "address"
      },
      {
        "internalType": "address",
        "name": "token",
        "type": "address"
      }
    ],
    "name": "creditOf",
    "outputs": [
      {
        "internalType": "uint256",
        "name": "",
        "type": "uint256"
      }
    ],
    "stateMutability": "view",
    "type": "function"
  },
  {
    "inputs": [
      {
        "internalType": "address",
        "name": "operator",
        "type": "address"
      },
      {
        "internalType": "bytes32",
        "name": "modelId",
        "type": "bytes32"
      },
      {
        "internalType": "address",
        "name": "token",
        "type": "address"
      },
      {
        "internalType": "contract IEnclaveRegistry",
        "name": "registry",
        "type": "address"
      },
      {
        "internalType": "uint64",
        "name": "callbackGasLimit",
        "type": "uint64"
      }
    ],
    "name": "estimateFee",
    "outputs": [
      {
        "internalType": "uint256",
        "name": "",
        "type": "uint256"
      }
    ],
    "stateMutability": "view",
    "type": "function"
  },
  {
    "inputs": [
      {
        "components": [
          {
            "components": [
              {
                "internalType": "address",
                "name": "operator",
                "type": "address"
              },
              {
                "internalType": "bytes32",
                "name": "modelId",
                "type": "bytes32"
              },
              {
                "components": [
                  {
                    "internalType": "contract IEnclaveRegistry",
                    "name": "registry",
                    "type": "address"
                  },
                  {
                    "internalType": "bytes32",
                    "name": "imageId",
                    "type": "bytes32"
                  },
                  {
                    "internalType": "bytes32",
                    "name": "modelsId",
                    "type": "bytes32"
                  },
                  {
                    "internalType": "uint16",
                    "name": "routes",
                    "type": "uint16"
                  },
                  {
                    "internalType": "uint32",
                    "name": "receiptAgeSecondsMax",
                    "type": "uint32"
                  }
                ],
                "internalType": "struct InferencePolicy",
                "name": "policy",
                "type": "tuple"
              },
              {
                "internalType": "address",
                "name": "callback",
                "type": "address"
              },
              {
                "internalType": "uint64",
                "name": "callbackGasLimit",
                "type": "uint64"
              },
              {
                "internalType": "address",
                "name": "token",
                "type": "address"
              },
              {
                "internalType": "uint128",
                "name": "payment",
                "type": "uint128"
              },
              {
                "internalType": "address",
                "name": "refundTo",
                "type": "address"
              }
            ],
            "internalType": "struct InferenceTerms",
            "name": "terms",
            "type": "tuple"
          },
          {
            "internalType": "address",
            "name": "requester",
            "type": "address"
          },
          {
            "internalType": "bytes32",
            "name": "inputHash",
            "type": "bytes32"
          },
          {
            "internalType": "bytes32",
            "name": "outputNamesHash",
            "type": "bytes32"
          },
          {
            "internalType": "uint64",
            "name": "deadlineSeconds",
            "type": "uint64"
          },
          {
            "internalType": "uint64",
            "name": "nonce",
            "type": "uint64"
          },
          {
            "internalType": "bytes32",
            "name": "parentHash",
            "type": "bytes32"
          }
        ],
        "internalType": "struct InferenceRequest",
        "name": "request",
        "type": "tuple"
      },
      {
        "components": [
          {
            "internalType": "uint64",
            "name": "timestampMs",
            "type": "uint64"
          },
          {
            "internalType": "uint64",
            "name": "sequence",
            "type": "uint64"
          },
          {
            "internalType": "bytes",
            "name": "outputs",
            "type": "bytes"
          }
        ],
        "internalType": "struct InferenceAnswer",
        "name": "answer",
        "type": "tuple"
      },
      {
        "internalType": "bytes",
        "name": "signature",
        "type": "bytes"
      }
    ],
    "name": "fulfill",
    "outputs": [
      {
        "internalType": "bool",
        "name": "callbackSucceeded",
        "type": "bool"
      }
    ],
    "stateMutability": "nonpayable",
    "type": "function"
  },
  {
    "inputs": [
      {
        "components": [
          {
            "components": [
              {
                "components": [
                  {
                    "internalType": "address",
                    "name": "operator",
                    "type": "address"
                  },
                  {
                    "internalType": "bytes32",
                    "name": "modelId",
                    "type": "bytes32"
                  },
                  {
                    "components": [
                      {
                        "internalType": "contract IEnclaveRegistry",
                        "name": "registry",
                        "type": "address"
                      },
                      {
                        "internalType": "bytes32",
                        "name": "imageId",
                        "type": "bytes32"
                      },
                      {
                        "internalType": "bytes32",
                        "name": "modelsId",
                        "type": "bytes32"
                      },
                      {
                        "internalType": "uint16",
                        "name": "routes",
                        "type": "uint16"
                      },
                      {
                        "internalType": "uint32",
                        "name": "receiptAgeSecondsMax",
                        "type": "uint32"
                      }
                    ],
                    "internalType": "struct InferencePolicy",
                    "name": "policy",
                    "type": "tuple"
                  },
                  {
                    "internalType": "address",
                    "name": "callback",
                    "type": "address"
                  },
                  {
                    "internalType": "uint64",
                    "name": "callbackGasLimit",
                    "type": "uint64"
                  },
                  {
                    "internalType": "address",
                    "name": "token",
                    "type": "address"
                  },
                  {
                    "internalType": "uint128",
                    "name": "payment",
                    "type": "uint128"
                  },
                  {
                    "internalType": "address",
                    "name": "refundTo",
                    "type": "address"
                  }
                ],
                "internalType": "struct InferenceTerms",
                "name": "terms",
                "type": "tuple"
              },
              {
                "internalType": "address",
                "name": "requester",
                "type": "address"
              },
              {
                "internalType": "bytes32",
                "name": "inputHash",
                "type": "bytes32"
              },
              {
                "internalType": "bytes32",
                "name": "outputNamesHash",
                "type": "bytes32"
              },
              {
                "internalType": "uint64",
                "name": "deadlineSeconds",
                "type": "uint64"
              },
              {
                "internalType": "uint64",
                "name": "nonce",
                "type": "uint64"
              },
              {
                "internalType": "bytes32",
                "name": "parentHash",
                "type": "bytes32"
              }
            ],
            "internalType": "struct InferenceRequest",
            "name": "request",
            "type": "tuple"
          },
          {
            "components": [
              {
                "internalType": "uint64",
                "name": "timestampMs",
                "type": "uint64"
              },
              {
                "internalType": "uint64",
                "name": "sequence",
                "type": "uint64"
              },
              {
                "internalType": "bytes",
                "name": "outputs",
                "type": "bytes"
              }
            ],
            "internalType": "struct InferenceAnswer",
            "name": "answer",
            "type": "tuple"
          },
          {
            "internalType": "bytes32[]",
            "name": "proof",
            "type": "bytes32[]"
          }
        ],
        "internalType": "struct BatchedAnswer[]",
        "name": "answers",
        "type": "tuple[]"
      },
      {
        "components": [
          {
            "internalType": "uint64",
            "name": "treeSize",
            "type": "uint64"
          },
          {
            "internalType": "bytes32",
            "name": "rootHash",
            "type": "bytes32"
          },
          {
            "internalType": "uint64",
            "name": "timestampMs",
            "type": "uint64"
          }
        ],
        "internalType": "struct LogCheckpoint",
        "name": "checkpoint",
        "type": "tuple"
      },
      {
        "internalType": "bytes",
        "name": "signature",
        "type": "bytes"
      }
    ],
    "name": "fulfillBatch",
    "outputs": [
      {
        "internalType": "uint256",
        "name": "fulfilled",
        "type": "uint256"
      }
    ],
    "stateMutability": "nonpayable",
    "type": "function"
  },
  {
    "inputs": [
      {
        "components": [
          {
            "components": [
              {
                "internalType": "address",
                "name": "operator",
                "type": "address"
              },
              {
                "internalType": "bytes32",
                "name": "modelId",
                "type": "bytes32"
              },
              {
                "components": [
                  {
                    "internalType": "contract IEnclaveRegistry",
                    "name": "registry",
                    "type": "address"
                  },
                  {
                    "internalType": "bytes32",
                    "name": "imageId",
                    "type": "bytes32"
                  },
                  {
                    "internalType": "bytes32",
                    "name": "modelsId",
                    "type": "bytes32"
                  },
                  {
                    "internalType": "uint16",
                    "name": "routes",
                    "type": "uint16"
                  },
                  {
                    "internalType": "uint32",
                    "name": "receiptAgeSecondsMax",
                    "type": "uint32"
                  }
                ],
                "internalType": "struct InferencePolicy",
                "name": "policy",
                "type": "tuple"
              },
              {
                "internalType": "address",
                "name": "callback",
                "type": "address"
              },
              {
                "internalType": "uint64",
                "name": "callbackGasLimit",
                "type": "uint64"
              },
              {
                "internalType": "address",
                "name": "token",
                "type": "address"
              },
              {
                "internalType": "uint128",
                "name": "payment",
                "type": "uint128"
              },
              {
                "internalType": "address",
                "name": "refundTo",
                "type": "address"
              }
            ],
            "internalType": "struct InferenceTerms",
            "name": "terms",
            "type": "tuple"
          },
          {
            "internalType": "address",
            "name": "subscriber",
            "type": "address"
          },
          {
            "internalType": "bytes32",
            "name": "inputHash",
            "type": "bytes32"
          },
          {
            "internalType": "bytes32",
            "name": "outputNamesHash",
            "type": "bytes32"
          },
          {
            "components": [
              {
                "internalType": "uint64",
                "name": "firstSeconds",
                "type": "uint64"
              },
              {
                "internalType": "uint32",
                "name": "periodSeconds",
                "type": "uint32"
              },
              {
                "internalType": "uint32",
                "name": "answerSeconds",
                "type": "uint32"
              }
            ],
            "internalType": "struct SubscriptionSchedule",
            "name": "schedule",
            "type": "tuple"
          },
          {
            "internalType": "uint64",
            "name": "nonce",
            "type": "uint64"
          },
          {
            "internalType": "bytes32",
            "name": "parentHash",
            "type": "bytes32"
          }
        ],
        "internalType": "struct InferenceSubscription",
        "name": "subscription",
        "type": "tuple"
      },
      {
        "internalType": "uint128",
        "name": "amount",
        "type": "uint128"
      }
    ],
    "name": "fundSubscription",
    "outputs": [],
    "stateMutability": "payable",
    "type": "function"
  },
  {
    "inputs": [
      {
        "components": [
          {
            "internalType": "bytes32",
            "name": "requestId",
            "type": "bytes32"
          },
          {
            "internalType": "bytes32",
            "name": "modelId",
            "type": "bytes32"
          },
          {
            "internalType": "bytes32",
            "name": "inputHash",
            "type": "bytes32"
          },
          {
            "internalType": "bytes32",
            "name": "outputHash",
            "type": "bytes32"
          },
          {
            "internalType": "uint64",
            "name": "timestampMs",
            "type": "uint64"
          },
          {
            "internalType": "uint64",
            "name": "sequence",
            "type": "uint64"
          }
        ],
        "internalType": "struct InferenceReceipt",
        "name": "receipt",
        "type": "tuple"
      }
    ],
    "name": "isAnswer",
    "outputs": [
      {
        "internalType": "bool",
        "name": "",
        "type": "bool"
      }
    ],
    "stateMutability": "view",
    "type": "function"
  },
  {
    "inputs": [
      {
        "internalType": "address",
        "name": "operator",
        "type": "address"
      },
      {
        "internalType": "bytes32",
        "name": "modelId",
        "type": "bytes32"
      },
      {
        "internalType": "address",
        "name": "token",
        "type": "address"
      },
      {
        "internalType": "contract IEnclaveRegistry",
        "name": "registry",
        "type": "address"
      }
    ],
    "name": "offerOf",
    "outputs": [
      {
        "components": [
          {
            "internalType": "bool",
            "name": "open",
            "type": "bool"
          },
          {
            "internalType": "uint128",
            "name": "baseFee",
            "type": "uint128"
          },
          {
            "internalType": "uint64",
            "name": "feePerCallbackGas",
            "type": "uint64"
          }
        ],
        "internalType": "struct Offer",
        "name": "",
        "type": "tuple"
      }
    ],
    "stateMutability": "view",
    "type": "function"
  },
  {
    "inputs": [
      {
        "components": [
          {
            "internalType": "address",
            "name": "operator",
            "type": "address"
          },
          {
            "internalType": "bytes32",
            "name": "modelId",
            "type": "bytes32"
          },
          {
            "components": [
              {
                "internalType": "contract IEnclaveRegistry",
                "name": "registry",
                "type": "address"
              },
              {
                "internalType": "bytes32",
                "name": "imageId",
                "type": "bytes32"
              },
              {
                "internalType": "bytes32",
                "name": "modelsId",
                "type": "bytes32"
              },
              {
                "internalType": "uint16",
                "name": "routes",
                "type": "uint16"
              },
              {
                "internalType": "uint32",
                "name": "receiptAgeSecondsMax",
                "type": "uint32"
              }
            ],
            "internalType": "struct InferencePolicy",
            "name": "policy",
            "type": "tuple"
          },
          {
            "internalType": "address",
            "name": "callback",
            "type": "address"
          },
          {
            "internalType": "uint64",
            "name": "callbackGasLimit",
            "type": "uint64"
          },
          {
            "internalType": "address",
            "name": "token",
            "type": "address"
          },
          {
            "internalType": "uint128",
            "name": "payment",
            "type": "uint128"
          },
          {
            "internalType": "address",
            "name": "refundTo",
            "type": "address"
          }
        ],
        "internalType": "struct InferenceTerms",
        "name": "terms",
        "type": "tuple"
      },
      {
        "components": [
          {
            "internalType": "uint64",
            "name": "firstSeconds",
            "type": "uint64"
          },
          {
            "internalType": "uint32",
            "name": "periodSeconds",
            "type": "uint32"
          },
          {
            "internalType": "uint32",
            "name": "answerSeconds",
            "type": "uint32"
          }
        ],
        "internalType": "struct SubscriptionSchedule",
        "name": "schedule",
        "type": "tuple"
      },
      {
        "internalType": "string[]",
        "name": "outputNames",
        "type": "string[]"
      },
      {
        "internalType": "bytes32",
        "name": "inputHash",
        "type": "bytes32"
      },
      {
        "internalType": "bytes",
        "name": "input",
        "type": "bytes"
      },
      {
        "internalType": "string",
        "name": "inputUri",
        "type": "string"
      },
      {
        "internalType": "uint128",
        "name": "deposit",
        "type": "uint128"
      }
    ],
    "name": "openSubscription",
    "outputs": [
      {
        "internalType": "bytes32",
        "name": "subscriptionId",
        "type": "bytes32"
      }
    ],
    "stateMutability": "payable",
    "type": "function"
  },
  {
    "inputs": [
      {
        "components": [
          {
            "components": [
              {
                "internalType": "address",
                "name": "operator",
                "type": "address"
              },
              {
                "internalType": "bytes32",
                "name": "modelId",
                "type": "bytes32"
              },
              {
                "components": [
                  {
                    "internalType": "contract IEnclaveRegistry",
                    "name": "registry",
                    "type": "address"
                  },
                  {
                    "internalType": "bytes32",
                    "name": "imageId",
                    "type": "bytes32"
                  },
                  {
                    "internalType": "bytes32",
                    "name": "modelsId",
                    "type": "bytes32"
                  },
                  {
                    "internalType": "uint16",
                    "name": "routes",
                    "type": "uint16"
                  },
                  {
                    "internalType": "uint32",
                    "name": "receiptAgeSecondsMax",
                    "type": "uint32"
                  }
                ],
                "internalType": "struct InferencePolicy",
                "name": "policy",
                "type": "tuple"
              },
              {
                "internalType": "address",
                "name": "callback",
                "type": "address"
              },
              {
                "internalType": "uint64",
                "name": "callbackGasLimit",
                "type": "uint64"
              },
              {
                "internalType": "address",
                "name": "token",
                "type": "address"
              },
              {
                "internalType": "uint128",
                "name": "payment",
                "type": "uint128"
              },
              {
                "internalType": "address",
                "name": "refundTo",
                "type": "address"
              }
            ],
            "internalType": "struct InferenceTerms",
            "name": "terms",
            "type": "tuple"
          },
          {
            "internalType": "address",
            "name": "requester",
            "type": "address"
          },
          {
            "internalType": "bytes32",
            "name": "inputHash",
            "type": "bytes32"
          },
          {
            "internalType": "bytes32",
            "name": "outputNamesHash",
            "type": "bytes32"
          },
          {
            "internalType": "uint64",
            "name": "deadlineSeconds",
            "type": "uint64"
          },
          {
            "internalType": "uint64",
            "name": "nonce",
            "type": "uint64"
          },
          {
            "internalType": "bytes32",
            "name": "parentHash",
            "type": "bytes32"
          }
        ],
        "internalType": "struct InferenceRequest",
        "name": "request",
        "type": "tuple"
      }
    ],
    "name": "requestIdOf",
    "outputs": [
      {
        "internalType": "bytes32",
        "name": "",
        "type": "bytes32"
      }
    ],
    "stateMutability": "view",
    "type": "function"
  },
  {
    "inputs": [
      {
        "components": [
          {
            "internalType": "address",
            "name": "operator",
            "type": "address"
          },
          {
            "internalType": "bytes32",
            "name": "modelId",
            "type": "bytes32"
          },
          {
            "components": [
              {
                "internalType": "contract IEnclaveRegistry",
                "name": "registry",
                "type": "address"
              },
              {
                "internalType": "bytes32",
                "name": "imageId",
                "type": "bytes32"
              },
              {
                "internalType": "bytes32",
                "name": "modelsId",
                "type": "bytes32"
              },
              {
                "internalType": "uint16",
                "name": "routes",
                "type": "uint16"
              },
              {
                "internalType": "uint32",
                "name": "receiptAgeSecondsMax",
                "type": "uint32"
              }
            ],
            "internalType": "struct InferencePolicy",
            "name": "policy",
            "type": "tuple"
          },
          {
            "internalType": "address",
            "name": "callback",
            "type": "address"
          },
          {
            "internalType": "uint64",
            "name": "callbackGasLimit",
            "type": "uint64"
          },
          {
            "internalType": "address",
            "name": "token",
            "type": "address"
          },
          {
            "internalType": "uint128",
            "name": "payment",
            "type": "uint128"
          },
          {
            "internalType": "address",
            "name": "refundTo",
            "type": "address"
          }
        ],
        "internalType": "struct InferenceTerms",
        "name": "terms",
        "type": "tuple"
      },
      {
        "internalType": "string[]",
        "name": "outputNames",
        "type": "string[]"
      },
      {
        "internalType": "bytes",
        "name": "input",
        "type": "bytes"
      },
      {
        "internalType": "uint64",
        "name": "deadlineSeconds",
        "type": "uint64"
      }
    ],
    "name": "requestInference",
    "outputs": [
      {
        "internalType": "bytes32",
        "name": "requestId",
        "type": "bytes32"
      }
    ],
    "stateMutability": "payable",
    "type": "function"
  },
  {
    "inputs": [
      {
        "components": [
          {
            "internalType": "address",
            "name": "operator",
            "type": "address"
          },
          {
            "internalType": "bytes32",
            "name": "modelId",
            "type": "bytes32"
          },
          {
            "components": [
              {
                "internalType": "contract IEnclaveRegistry",
                "name": "registry",
                "type": "address"
              },
              {
                "internalType": "bytes32",
                "name": "imageId",
                "type": "bytes32"
              },
              {
                "internalType": "bytes32",
                "name": "modelsId",
                "type": "bytes32"
              },
              {
                "internalType": "uint16",
                "name": "routes",
                "type": "uint16"
              },
              {
                "internalType": "uint32",
                "name": "receiptAgeSecondsMax",
                "type": "uint32"
              }
            ],
            "internalType": "struct InferencePolicy",
            "name": "policy",
            "type": "tuple"
          },
          {
            "internalType": "address",
            "name": "callback",
            "type": "address"
          },
          {
            "internalType": "uint64",
            "name": "callbackGasLimit",
            "type": "uint64"
          },
          {
            "internalType": "address",
            "name": "token",
            "type": "address"
          },
          {
            "internalType": "uint128",
            "name": "payment",
            "type": "uint128"
          },
          {
            "internalType": "address",
            "name": "refundTo",
            "type": "address"
          }
        ],
        "internalType": "struct InferenceTerms",
        "name": "terms",
        "type": "tuple"
      },
      {
        "internalType": "string[]",
        "name": "outputNames",
        "type": "string[]"
      },
      {
        "internalType": "bytes32",
        "name": "inputHash",
        "type": "bytes32"
      },
      {
        "internalType": "string",
        "name": "inputUri",
        "type": "string"
      },
      {
        "internalType": "uint64",
        "name": "deadlineSeconds",
        "type": "uint64"
      }
    ],
    "name": "requestInferenceByHash",
    "outputs": [
      {
        "internalType": "bytes32",
        "name": "requestId",
        "type": "bytes32"
      }
    ],
    "stateMutability": "payable",
    "type": "function"
  },
  {
    "inputs": [
      {
        "internalType": "bytes32",
        "name": "requestId",
        "type": "bytes32"
      }
    ],
    "name": "requestState",
    "outputs": [
      {
        "internalType": "enum RequestState",
        "name": "",
        "type": "uint8"
      }
    ],
    "stateMutability": "view",
    "type": "function"
  },
  {
    "inputs": [
      {
        "components": [
          {
            "components": [
              {
                "internalType": "address",
                "name": "operator",
                "type": "address"
              },
              {
                "internalType": "bytes32",
                "name": "modelId",
                "type": "bytes32"
              },
              {
                "components": [
                  {
                    "internalType": "contract IEnclaveRegistry",
                    "name": "registry",
                    "type": "address"
                  },
                  {
                    "internalType": "bytes32",
                    "name": "imageId",
                    "type": "bytes32"
                  },
                  {
                    "internalType": "bytes32",
                    "name": "modelsId",
                    "type": "bytes32"
                  },
                  {
                    "internalType": "uint16",
                    "name": "routes",
                    "type": "uint16"
                  },
                  {
                    "internalType": "uint32",
                    "name": "receiptAgeSecondsMax",
                    "type": "uint32"
                  }
                ],
                "internalType": "struct InferencePolicy",
                "name": "policy",
                "type": "tuple"
              },
              {
                "internalType": "address",
                "name": "callback",
                "type": "address"
              },
              {
                "internalType": "uint64",
                "name": "callbackGasLimit",
                "type": "uint64"
              },
              {
                "internalType": "address",
                "name": "token",
                "type": "address"
              },
              {
                "internalType": "uint128",
                "name": "payment",
                "type": "uint128"
              },
              {
                "internalType": "address",
                "name": "refundTo",
                "type": "address"
              }
            ],
            "internalType": "struct InferenceTerms",
            "name": "terms",
            "type": "tuple"
          },
          {
            "internalType": "address",
            "name": "requester",
            "type": "address"
          },
          {
            "internalType": "bytes32",
            "name": "inputHash",
            "type": "bytes32"
          },
          {
            "internalType": "bytes32",
            "name": "outputNamesHash",
            "type": "bytes32"
          },
          {
            "internalType": "uint64",
            "name": "deadlineSeconds",
            "type": "uint64"
          },
          {
            "internalType": "uint64",
            "name": "nonce",
            "type": "uint64"
          },
          {
            "internalType": "bytes32",
            "name": "parentHash",
            "type": "bytes32"
          }
        ],
        "internalType": "struct InferenceRequest",
        "name": "request",
        "type": "tuple"
      },
      {
        "components": [
          {
            "internalType": "bytes32",
            "name": "requestId",
            "type": "bytes32"
          },
          {
            "internalType": "bytes32",
            "name": "modelId",
            "type": "bytes32"
          },
          {
            "internalType": "bytes32",
            "name": "inputHash",
            "type": "bytes32"
          },
          {
            "internalType": "bytes32",
            "name": "outputHash",
            "type": "bytes32"
          },
          {
            "internalType": "uint64",
            "name": "timestampMs",
            "type": "uint64"
          },
          {
            "internalType": "uint64",
            "name": "sequence",
            "type": "uint64"
          }
        ],
        "internalType": "struct InferenceReceipt",
        "name": "receipt",
        "type": "tuple"
      },
      {
        "internalType": "bytes",
        "name": "outputs",
        "type": "bytes"
      }
    ],
    "name": "retryCallback",
    "outputs": [],
    "stateMutability": "nonpayable",
    "type": "function"
  },
  {
    "inputs": [
      {
        "internalType": "bytes32",
        "name": "modelId",
        "type": "bytes32"
      },
      {
        "internalType": "address",
        "name": "token",
        "type": "address"
      },
      {
        "internalType": "contract IEnclaveRegistry",
        "name": "registry",
        "type": "address"
      },
      {
        "components": [
          {
            "internalType": "bool",
            "name": "open",
            "type": "bool"
          },
          {
            "internalType": "uint128",
            "name": "baseFee",
            "type": "uint128"
          },
          {
            "internalType": "uint64",
            "name": "feePerCallbackGas",
            "type": "uint64"
          }
        ],
        "internalType": "struct Offer",
        "name": "offer",
        "type": "tuple"
      }
    ],
    "name": "setOffer",
    "outputs": [],
    "stateMutability": "nonpayable",
    "type": "function"
  },
  {
    "inputs": [
      {
        "internalType": "string",
        "name": "uri",
        "type": "string"
      }
    ],
    "name": "setOperatorUri",
    "outputs": [],
    "stateMutability": "nonpayable",
    "type": "function"
  },
  {
    "inputs": [
      {
        "components": [
          {
            "components": [
              {
                "internalType": "address",
                "name": "operator",
                "type": "address"
              },
              {
                "internalType": "bytes32",
                "name": "modelId",
                "type": "bytes32"
              },
              {
                "components": [
                  {
                    "internalType": "contract IEnclaveRegistry",
                    "name": "registry",
                    "type": "address"
                  },
                  {
                    "internalType": "bytes32",
                    "name": "imageId",
                    "type": "bytes32"
                  },
                  {
                    "internalType": "bytes32",
                    "name": "modelsId",
                    "type": "bytes32"
                  },
                  {
                    "internalType": "uint16",
                    "name": "routes",
                    "type": "uint16"
                  },
                  {
                    "internalType": "uint32",
                    "name": "receiptAgeSecondsMax",
                    "type": "uint32"
                  }
                ],
                "internalType": "struct InferencePolicy",
                "name": "policy",
                "type": "tuple"
              },
              {
                "internalType": "address",
                "name": "callback",
                "type": "address"
              },
              {
                "internalType": "uint64",
                "name": "callbackGasLimit",
                "type": "uint64"
              },
              {
                "internalType": "address",
                "name": "token",
                "type": "address"
              },
              {
                "internalType": "uint128",
                "name": "payment",
                "type": "uint128"
              },
              {
                "internalType": "address",
                "name": "refundTo",
                "type": "address"
              }
            ],
            "internalType": "struct InferenceTerms",
            "name": "terms",
            "type": "tuple"
          },
          {
            "internalType": "address",
            "name": "subscriber",
            "type": "address"
          },
          {
            "internalType": "bytes32",
            "name": "inputHash",
            "type": "bytes32"
          },
          {
            "internalType": "bytes32",
            "name": "outputNamesHash",
            "type": "bytes32"
          },
          {
            "components": [
              {
                "internalType": "uint64",
                "name": "firstSeconds",
                "type": "uint64"
              },
              {
                "internalType": "uint32",
                "name": "periodSeconds",
                "type": "uint32"
              },
              {
                "internalType": "uint32",
                "name": "answerSeconds",
                "type": "uint32"
              }
            ],
            "internalType": "struct SubscriptionSchedule",
            "name": "schedule",
            "type": "tuple"
          },
          {
            "internalType": "uint64",
            "name": "nonce",
            "type": "uint64"
          },
          {
            "internalType": "bytes32",
            "name": "parentHash",
            "type": "bytes32"
          }
        ],
        "internalType": "struct InferenceSubscription",
        "name": "subscription",
        "type": "tuple"
      }
    ],
    "name": "subscriptionIdOf",
    "outputs": [
      {
        "internalType": "bytes32",
        "name": "",
        "type": "bytes32"
      }
    ],
    "stateMutability": "view",
    "type": "function"
  },
  {
    "inputs": [
      {
        "internalType": "bytes32",
        "name": "subscriptionId",
        "type": "bytes32"
      }
    ],
    "name": "subscriptionState",
    "outputs": [
      {
        "components": [
          {
            "internalType": "bool",
            "name": "open",
            "type": "bool"
          },
          {
            "internalType": "uint128",
            "name": "deposit",
            "type": "uint128"
          },
          {
            "internalType": "uint64",
            "name": "nextSeconds",
            "type": "uint64"
          }
        ],
        "internalType": "struct SubscriptionState",
        "name": "",
        "type": "tuple"
      }
    ],
    "stateMutability": "view",
    "type": "function"
  },
  {
    "inputs": [
      {
        "components": [
          {
            "components": [
              {
                "internalType": "address",
                "name": "operator",
                "type": "address"
              },
              {
                "internalType": "bytes32",
                "name": "modelId",
                "type": "bytes32"
              },
              {
                "components": [
                  {
                    "internalType": "contract IEnclaveRegistry",
                    "name": "registry",
                    "type": "address"
                  },
                  {
                    "internalType": "bytes32",
                    "name": "imageId",
                    "type": "bytes32"
                  },
                  {
                    "internalType": "bytes32",
                    "name": "modelsId",
                    "type": "bytes32"
                  },
                  {
                    "internalType": "uint16",
                    "name": "routes",
                    "type": "uint16"
                  },
                  {
                    "internalType": "uint32",
                    "name": "receiptAgeSecondsMax",
                    "type": "uint32"
                  }
                ],
                "internalType": "struct InferencePolicy",
                "name": "policy",
                "type": "tuple"
              },
              {
                "internalType": "address",
                "name": "callback",
                "type": "address"
              },
              {
                "internalType": "uint64",
                "name": "callbackGasLimit",
                "type": "uint64"
              },
              {
                "internalType": "address",
                "name": "token",
                "type": "address"
              },
              {
                "internalType": "uint128",
                "name": "payment",
                "type": "uint128"
              },
              {
                "internalType": "address",
                "name": "refundTo",
                "type": "address"
              }
            ],
            "internalType": "struct InferenceTerms",
            "name": "terms",
            "type": "tuple"
          },
          {
            "internalType": "address",
            "name": "subscriber",
            "type": "address"
          },
          {
            "internalType": "bytes32",
            "name": "inputHash",
            "type": "bytes32"
          },
          {
            "internalType": "bytes32",
            "name": "outputNamesHash",
            "type": "bytes32"
          },
          {
            "components": [
              {
                "internalType": "uint64",
                "name": "firstSeconds",
                "type": "uint64"
              },
              {
                "internalType": "uint32",
                "name": "periodSeconds",
                "type": "uint32"
              },
              {
                "internalType": "uint32",
                "name": "answerSeconds",
                "type": "uint32"
              }
            ],
            "internalType": "struct SubscriptionSchedule",
            "name": "schedule",
            "type": "tuple"
          },
          {
            "internalType": "uint64",
            "name": "nonce",
            "type": "uint64"
          },
          {
            "internalType": "bytes32",
            "name": "parentHash",
            "type": "bytes32"
          }
        ],
        "internalType": "struct InferenceSubscription",
        "name": "subscription",
        "type": "tuple"
      }
    ],
    "name": "triggerSubscription",
    "outputs": [
      {
        "internalType": "bytes32",
        "name": "requestId",
        "type": "bytes32"
      }
    ],
    "stateMutability": "nonpayable",
    "type": "function"
  },
  {
    "inputs": [
      {
        "internalType": "address",
        "name": "token",
        "type": "address"
      },
      {
        "internalType": "address",
        "name": "to",
        "type": "address"
      }
    ],
    "name": "withdraw",
    "outputs": [
      {
        "internalType": "uint256",
        "name": "amount",
        "type": "uint256"
      }
    ],
    "stateMutability": "nonpayable",
    "type": "function"
  }
] as const

export const inferenceCoprocessorBytecode = '0x60c0604052348015600e575f5ffd5b504660a0818152604080517f8b73c3c69bb8fe3d512ecc4cf759cc79239f7b179b0ffacaa9a75d522b39400f81527f98ecbb992beaab2a5bcf7892cfa7cdf04b8e0762a64c98ee70b3d6eacf54df6360208201527fc89efdaa54c0f20c7adf612882df0950f5a951637e0307cdcb4c672f298b8bc6918101919091526060810192909252306080830152902060805260805160a0516158f96100be5f395f6123d001525f61248101526158f95ff3fe608060405260043610610183575f3560e01c8063746688d9116100d1578063c6a9632c1161007c578063eac9c78211610057578063eac9c7821461052e578063f154c6e81461054d578063f940e3851461056c575f5ffd5b8063c6a9632c146104d1578063dc587c3f146104f0578063e3b73bc61461050f575f5ffd5b806392fac98c116100ac57806392fac98c146103db578063abe366841461049c578063bb0499e3146104b2575f5ffd5b8063746688d91461037e5780637d0fb7f01461039d57806391791ac6146103bc575f5ffd5b8063436edcdd11610131578063669b09eb1161010c578063669b09eb1461034557806368f56930146103585780636a5dcb2c1461036b575f5ffd5b8063436edcdd1461027057806354b73a6914610313578063665f745414610332575f5ffd5b806329af74111161016157806329af74111461021557806330247d9c1461022b578063423644a11461025a575f5ffd5b8063035ec5841461018757806305b90773146101b9578063115d556f146101f4575b5f5ffd5b348015610192575f5ffd5b506101a66101a1366004613ed7565b61058b565b6040519081526020015b60405180910390f35b3480156101c4575f5ffd5b506101e76101d3366004613f0e565b5f9081526002602052604090205460ff1690565b6040516101b09190613f66565b3480156101ff575f5ffd5b5061021361020e366004613fda565b6105b5565b005b348015610220575f5ffd5b506101a66298968081565b348015610236575f5ffd5b5061024a61024536600461404c565b6107df565b60405190151581526020016101b0565b348015610265575f5ffd5b506101a662278d0081565b34801561027b575f5ffd5b5061030661028a366004613f0e565b60408051606080820183525f80835260208084018290529284018190529384526005825292829020825193840183525460ff81161515845261010081046fffffffffffffffffffffffffffffffff169184019190915271010000000000000000000000000000000000900467ffffffffffffffff169082015290565b6040516101b091906140af565b34801561031e575f5ffd5b506101a661032d36600461412f565b610a97565b6101a66103403660046141e2565b610d42565b6101a6610353366004614284565b610e3c565b6101a6610366366004614343565b610f84565b610213610379366004614438565b611323565b348015610389575f5ffd5b506101a6610398366004614465565b611403565b3480156103a8575f5ffd5b5061024a6103b7366004614480565b611458565b3480156103c7575f5ffd5b506101a66103d636600461449a565b611520565b3480156103e6575f5ffd5b506103066103f53660046144fe565b60408051606080820183525f80835260208084018290529284018190526001600160a01b03978816815260038352838120968152958252828620948716865293815281852092909516845290845291829020825191820183525460ff81161515825261010081046fffffffffffffffffffffffffffffffff16938201939093527101000000000000000000000000000000000090920467ffffffffffffffff169082015290565b3480156104a7575f5ffd5b506101a6620493e081565b3480156104bd575f5ffd5b506101a66104cc366004614465565b61166a565b3480156104dc575f5ffd5b506102136104eb36600461454e565b611a1d565b3480156104fb575f5ffd5b506101a661050a36600461458d565b611a64565b34801561051a575f5ffd5b5061021361052936600461458d565b611a7a565b348015610539575f5ffd5b50610213610548366004614465565b611c69565b348015610558575f5ffd5b506102136105673660046145a8565b611dce565b348015610577575f5ffd5b506101a6610586366004613ed7565b611e67565b6001600160a01b038083165f90815260208181526040808320938516835292905220545b92915050565b5f6105bf85611a64565b5f8181526002602052604090205490915060ff1660038160048111156105e7576105e7613f25565b1482600383909192610631576040517f639c0a86000000000000000000000000000000000000000000000000000000008152600401610628939291906145f7565b60405180910390fd5b505f91505085358314801561064a575061064a86611458565b90508281610687576040517fa8b1cde300000000000000000000000000000000000000000000000000000000815260040161062891815260200190565b505f6002868660405161069b929190614618565b602060405180830381855afa1580156106b6573d5f5f3e3d5ffd5b5050506040513d601f19601f820116820180604052508101906106d99190614627565b9050606087013581818114610723576040517f6eaf2e0300000000000000000000000000000000000000000000000000000000815260048101929092526024820152604401610628565b50505f8481526002602081905260408220805460ff191690911790558061075c8a610753368c90038c018c6146e9565b8a8a600161210b565b909250905085818361079c576040517f437376bc00000000000000000000000000000000000000000000000000000000815260040161062892919061479e565b505060405133815286907f3cf062c41b44a0c65ef00735ed977640166abfc75401e6afe6099fe1003b90fe9060200160405180910390a250505050505050505050565b5f5f6107ea86611a64565b5f8181526002602052604090205490915060ff16600181600481111561081257610812613f25565b1482600183909192610853576040517f639c0a86000000000000000000000000000000000000000000000000000000008152600401610628939291906145f7565b5061086991505061020088016101e089016147b6565b67ffffffffffffffff16421115826108896102008a016101e08b016147b6565b90916108d4576040517f7fa06769000000000000000000000000000000000000000000000000000000008152600481019290925267ffffffffffffffff166024820152604401610628565b50505f6108e2838989612280565b90505f6108ee82612399565b90505f61095761091c6108ff6123cd565b604080516119015f526020929092528581526042601e2091905290565b89898080601f0160208091040260200160405190810160405280939291908181526020018383808284375f920191909152506124a392505050565b90506109f660408b018261096e60608e01836147d1565b6040517f97815d4e0000000000000000000000000000000000000000000000000000000081526001600160a01b03868116600483015291909116906397815d4e9060240160e060405180830381865afa1580156109cd573d5f5f3e3d5ffd5b505050506040513d601f19601f820116820180604052508101906109f19190614812565b61267c565b5f610a0360408c01612860565b905080610a1360208c018c6147b6565b67ffffffffffffffff161015610a2c60208c018c6147b6565b829091610a77576040517fbd2b0cca00000000000000000000000000000000000000000000000000000000815267ffffffffffffffff90921660048301526024820152604401610628565b5050610a868b8b86868661289d565b96505050505050505b949350505050565b5f5f610ae0610aa586612b81565b85858080601f0160208091040260200160405190810160405280939291908181526020018383808284375f920191909152506124a392505050565b90505f610aeb613e73565b5f5b88811015610d3557368a8a83818110610b0857610b0861489b565b9050602002810190610b1a91906148c8565b90505f610b2682611a64565b5f8181526002602052604081205491925060ff90911690610b4f61020085016101e086016147b6565b67ffffffffffffffff16421180610bba5750610b6d60408501612860565b8e8e87818110610b7f57610b7f61489b565b9050602002810190610b9191906148c8565b610ba090610240810190614904565b610bae9060208101906147b6565b67ffffffffffffffff16105b90508080610bda57506001826004811115610bd757610bd7613f25565b14155b15610c2057827f3d59bf106af0296ca558e6ac438ce23aca7c36a652cea17fe2c30f66c8e3d8d283604051610c0f9190613f66565b60405180910390a250505050610d2d565b6001600160a01b038716610c3a60608601604087016147d1565b6001600160a01b031614610ce057610c5860608501604086016147d1565b6040517f97815d4e0000000000000000000000000000000000000000000000000000000081526001600160a01b038a81166004830152919850908816906397815d4e9060240160e060405180830381865afa158015610cb9573d5f5f3e3d5ffd5b505050506040513d601f19601f82011682018060405250810190610cdd9190614812565b95505b610cee60408501898861267c565b610d1d838f8f88818110610d0457610d0461489b565b9050602002810190610d1691906148c8565b8e8b612c52565b610d2689614963565b9850505050505b600101610aed565b5050505095945050505050565b5f610dbe604080516101e0810182525f60e082018181526101008301829052835160a0810185528281526020810183905293840182905260608401829052608084018290526101208301939093526101408201819052610160820181905261018082018190526101a082018190526101c0820152908190613e81565b610dcb8989898987612ce0565b9092509050610ddd60208a018a6147d1565b6001600160a01b0316336001600160a01b0316837fcaa75d884fcbc47f0b9cd33a326b8614ffe973bda81714f4fe17508f94c50b99848c8c8b8b604051610e28959493929190614b92565b60405180910390a450979650505050505050565b5f610eb8604080516101e0810182525f60e082018181526101008301829052835160a0810185528281526020810183905293840182905260608401829052608084018290526101208301939093526101408201819052610160820181905261018082018190526101a082018190526101c0820152908190613e81565b610f1488888860028989604051610ed0929190614618565b602060405180830381855afa158015610eeb573d5f5f3e3d5ffd5b5050506040513d601f19601f82011682018060405250810190610f0e9190614627565b87612ce0565b9092509050610f2660208901896147d1565b6001600160a01b0316336001600160a01b0316837fcaa75d884fcbc47f0b9cd33a326b8614ffe973bda81714f4fe17508f94c50b99848b8b8b8b604051610f71959493929190614be7565b60405180910390a4509695505050505050565b5f610f8e8b612e61565b610f978a613073565b8415611084578660028787604051610fb0929190614618565b602060405180830381855afa158015610fcb573d5f5f3e3d5ffd5b5050506040513d601f19601f82011682018060405250810190610fee9190614627565b148760028888604051611002929190614618565b602060405180830381855afa15801561101d573d5f5f3e3d5ffd5b5050506040513d601f19601f820116820180604052508101906110409190614627565b9091611081576040517f6314530500000000000000000000000000000000000000000000000000000000815260048101929092526024820152604401610628565b50505b6110b16110996101408d016101208e016147d1565b836fffffffffffffffffffffffffffffffff16613110565b5f6040518060e001604052808d8036038101906110ce9190614ce3565b8152336020820152604081018a90526060016110ea8c8c613258565b81526020016110fe368e90038e018e614d85565b8152600480546020909201915f9061111f9067ffffffffffffffff16614df3565b825467ffffffffffffffff9182166101009390930a8381029202191617909155815260200161114f600143614e1f565b4081525090507fb79853446f9b8c8b795da68e7350f49ef2b73cae20498f1ea81b180415013ef946308360405160200161118c9493929190614ecc565b60408051601f198184030181528282528051602091820120606084018352600184526fffffffffffffffffffffffffffffffff8716848301529450908201906111d7908e018e6147b6565b67ffffffffffffffff9081169091525f848152600560209081526040918290208451815486840151969094015190941671010000000000000000000000000000000000027fffffffffffffff0000000000000000ffffffffffffffffffffffffffffffffff6fffffffffffffffffffffffffffffffff909616610100027fffffffffffffffffffffffffffffff00000000000000000000000000000000ff951515959095167fffffffffffffffffffffffffffffff00000000000000000000000000000000009094169390931793909317939093161790556112bb908d018d6147d1565b6001600160a01b0316336001600160a01b0316837f63c644e63d08b1d0c07503848d1c1900c239b5ba13b3b303cce04877db64588384878f8f8e8e8e8e60405161130c989796959493929190614ef7565b60405180910390a4509a9950505050505050505050565b611350611338610140840161012085016147d1565b826fffffffffffffffffffffffffffffffff16613110565b5f5f61135b846132a4565b805491935091508390829060019061138b90849061010090046fffffffffffffffffffffffffffffffff16614f6c565b82546fffffffffffffffffffffffffffffffff91821661010093840a9081029083021990911617909255835460408051888516815292909104909216602082015233925084917fb91b9eeb2437c0c8a01da99b518cf26f32f502dcbab3a84944eee7770808a75391015b60405180910390a350505050565b5f7fb79853446f9b8c8b795da68e7350f49ef2b73cae20498f1ea81b180415013ef946308460405160200161143b9493929190615103565b604051602081830303815290604052805190602001209050919050565b80355f908152600260205260408082208151808301909252805483929190829060ff16600481111561148c5761148c613f25565b600481111561149d5761149d613f25565b81529054610100900460081b60ff191660209091015290505f6002825160048111156114cb576114cb613f25565b14806114e957506003825160048111156114e7576114e7613f25565b145b9050808015610a8f575061150a611505368690038601866146e9565b612399565b60ff1916826020015160ff191614949350505050565b6001600160a01b038581165f90815260036020908152604080832088845282528083208785168452825280832093861683529281528282208351606081018552905460ff8116151580835261010082046fffffffffffffffffffffffffffffffff169383019390935271010000000000000000000000000000000000900467ffffffffffffffff16938101939093529091908790879087908790611614576040517fee2e003f0000000000000000000000000000000000000000000000000000000081526001600160a01b039485166004820152602481019390935290831660448301529091166064820152608401610628565b505050508267ffffffffffffffff16816040015167ffffffffffffffff1661163c91906151ae565b81602001516fffffffffffffffffffffffffffffffff1661165d91906151c5565b9150505b95945050505050565b5f5f5f611676846132a4565b8054919350915071010000000000000000000000000000000000900467ffffffffffffffff168281428111156116eb576040517ff75c66d7000000000000000000000000000000000000000000000000000000008152600481019290925267ffffffffffffffff166024820152604401610628565b50508154859061010090046fffffffffffffffffffffffffffffffff1661171a610160830161014084016151d8565b6fffffffffffffffffffffffffffffffff908116908216101585611746610160850161014086016151d8565b839091926117a3576040517fe886e94a00000000000000000000000000000000000000000000000000000000815260048101939093526fffffffffffffffffffffffffffffffff9182166024840152166044820152606401610628565b5050506117af82613307565b6117c1610160830161014084016151d8565b90036117d06101e088016133e6565b84547fffffffffffffff000000000000000000000000000000000000000000000000ff167101000000000000000000000000000000000067ffffffffffffffff8316027fffffffffffffffffffffffffffffff00000000000000000000000000000000ff16176101006fffffffffffffffffffffffffffffffff84160217855592506118cd604080516101e0810182525f60e082018181526101008301829052835160a0810185528281526020810183905293840182905260608401829052608084018290526101208301939093526101408201819052610160820181905261018082018190526101a082018190526101c0820152908190613e81565b611916836118e36101a08b016101808c016147d1565b6101a08b01356101c08c01356119016102408e016102208f016151f3565b6119119063ffffffff16426151c5565b61347a565b909750905061192860208401846147d1565b6001600160a01b03166119436101a08a016101808b016147d1565b6001600160a01b0316887fcaa75d884fcbc47f0b9cd33a326b8614ffe973bda81714f4fe17508f94c50b99845f6040519080825280602002602001820160405280156119a357816020015b606081526020019060019003908161198e5790505b506040516119b292919061520c565b60405180910390a4604080516fffffffffffffffffffffffffffffffff8416815267ffffffffffffffff86166020820152889188917fb641fc385284399949bbf246c2af2418aff5e105877eb33b66060a089d64a5ba910160405180910390a3505050505050919050565b336001600160a01b03167f9f0de6eec703f0d4940ccba0b7687e9e7b4ed4b02f3ab2b6dfd621540dddc58b8383604051611a589291906152be565b60405180910390a25050565b5f46308360405160200161143b939291906152d1565b5f611a8482611a64565b5f8181526002602052604090205490915060ff166001816004811115611aac57611aac613f25565b1482600183909192611aed576040517f639c0a86000000000000000000000000000000000000000000000000000000008152600401610628939291906145f7565b50611b0391505061020084016101e085016147b6565b67ffffffffffffffff16421182611b2261020086016101e087016147b6565b9091611b6d576040517fc30ad16d000000000000000000000000000000000000000000000000000000008152600481019290925267ffffffffffffffff166024820152604401610628565b50505f828152600260205260409020805460ff1916600417905582611bd8611b9d610180830161016084016147d1565b611baf610140840161012085016147d1565b611bc1610160850161014086016151d8565b6fffffffffffffffffffffffffffffffff166135e8565b611bea610180820161016083016147d1565b6001600160a01b0316837f2f404700dee655bbb8bf05c485c955afa4ebc23609d833e6b40a808c185b96e2611c27610140850161012086016147d1565b611c39610160860161014087016151d8565b604080516001600160a01b0390931683526fffffffffffffffffffffffffffffffff9091166020830152016113f5565b5f5f611c74836132a4565b9092509050611c8b6101a0840161018085016147d1565b6001600160a01b03163314611ca86101a0850161018086016147d1565b339091611cf4576040517fd993f04a0000000000000000000000000000000000000000000000000000000081526001600160a01b03928316600482015291166024820152604401610628565b505080545f83815260056020526040902080547fffffffffffffff0000000000000000000000000000000000000000000000000016905561010090046fffffffffffffffffffffffffffffffff16611d81611d57610180860161016087016147d1565b611d69610140870161012088016147d1565b836fffffffffffffffffffffffffffffffff166135e8565b6040516fffffffffffffffffffffffffffffffff8216815283907fcb343174e08e06b5829d2362a2cd46b33d6f79b9debc2ff03b29eab9331789c29060200160405180910390a250505050565b335f90815260036020908152604080832087845282528083206001600160a01b038781168552908352818420908616845290915290208190611e10828261538e565b905050816001600160a01b031684336001600160a01b03167fac060e06f082a29f39a600a0ad9570c8743e2429288cb81cf36be12c66cdefc78685604051611e59929190615423565b60405180910390a450505050565b5f6001600160a01b038216611ea8576040517fd92e233d00000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b50335f818152602081815260408083206001600160a01b0387168452909152902054908382611f16576040517fac46653e0000000000000000000000000000000000000000000000000000000081526001600160a01b03928316600482015291166024820152604401610628565b5050335f818152602081815260408083206001600160a01b0388811680865291845282852094909455815193871684529183018590529092917fa4195c37c2947bbe89165f03e320b6903116f0b10d8cfdb522330f7ce6f9fa24910160405180910390a36001600160a01b038316612026575f826001600160a01b0316826040515f6040518083038185875af1925050503d805f8114611fd1576040519150601f19603f3d011682016040523d82523d5f602084013e611fd6565b606091505b5050905080839061201f576040517f09b62ba10000000000000000000000000000000000000000000000000000000081526001600160a01b039091166004820152602401610628565b50506105af565b6040516001600160a01b0383166024820152604481018290525f906120a790859060640160408051601f198184030181529190526020810180517bffffffffffffffffffffffffffffffffffffffffffffffffffffffff167fa9059cbb00000000000000000000000000000000000000000000000000000000179052613626565b905083825f839003808214612101576040517fcf3e13520000000000000000000000000000000000000000000000000000000081526001600160a01b03909316600484015260248301919091526044820152606401610628565b5050505092915050565b5f6060816121216101a089016101808a016147d1565b8787876040516024016121379493929190615494565b60408051601f198184030181529190526020810180517bffffffffffffffffffffffffffffffffffffffffffffffffffffffff167f329b18960000000000000000000000000000000000000000000000000000000017905290505f6121a36101008a0160e08b016147d1565b90505f6121b86101208b016101008c016147b6565b67ffffffffffffffff1690505f6121d08860106151ae565b614e206121de603f85615518565b6121e890856151c5565b6121f291906151c5565b6121fc91906151c5565b90505f5a9050818181811015612247576040517ffe336aa700000000000000000000000000000000000000000000000000000000815260048101929092526024820152604401610628565b50508715612253578092505b5f5f8651602088015f8888f19650866122715761226e61385f565b95505b50505050509550959350505050565b6122c76040518060c001604052805f81526020015f81526020015f81526020015f81526020015f67ffffffffffffffff1681526020015f67ffffffffffffffff1681525090565b6040518060c00160405280858152602001845f01602001358152602001846101a00135815260200160028480604001906123019190615550565b60405161230f929190614618565b602060405180830381855afa15801561232a573d5f5f3e3d5ffd5b5050506040513d601f19601f8201168201806040525081019061234d9190614627565b8152602090810190612361908501856147b6565b67ffffffffffffffff16815260200183602001602081019061238391906147b6565b67ffffffffffffffff16905290505b9392505050565b5f7f1b8ccf7e9eb213e046fec05a3116dce0dbfd0445a9b900bc3edd1b0d5c9feb3d8260405160200161143b9291906155b1565b5f7f0000000000000000000000000000000000000000000000000000000000000000461461247e5750604080517f8b73c3c69bb8fe3d512ecc4cf759cc79239f7b179b0ffacaa9a75d522b39400f81527f98ecbb992beaab2a5bcf7892cfa7cdf04b8e0762a64c98ee70b3d6eacf54df6360208201527fc89efdaa54c0f20c7adf612882df0950f5a951637e0307cdcb4c672f298b8bc69181019190915246606082015230608082015260a0902090565b507f000000000000000000000000000000000000000000000000000000000000000090565b80515f906041908181146124ec576040517fbd1e500200000000000000000000000000000000000000000000000000000000815260048101929092526024820152604401610628565b50505f5f83806020019051810190612504919061560e565b915091505f8460408151811061251c5761251c61489b565b016020015160f81c9050601b81148061253857508060ff16601c145b8190612576576040517f1ee5d21a00000000000000000000000000000000000000000000000000000000815260ff9091166004820152602401610628565b50817f7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a08111156125d5576040517f0350fbc800000000000000000000000000000000000000000000000000000000815260040161062891815260200190565b50604080515f81526020810180835288905260ff831691810191909152606081018490526080810183905260019060a0016020604051602081039080840390855afa158015612626573d5f5f3e3d5ffd5b5050604051601f1901519450506001600160a01b038416612673576040517f37e8456b00000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b50505092915050565b60018151600381111561269157612691613f25565b825184929091146126d0576040517f4acf5ffc000000000000000000000000000000000000000000000000000000008152600401610628929190615630565b50508060600151836020013514806126ec575060208301355f19145b8284602001358360600151909192612749576040517f7e3c17720000000000000000000000000000000000000000000000000000000081526001600160a01b03909316600484015260248301919091526044820152606401610628565b505050806080015183604001351480612766575060408301355f19145b82846040013583608001519091926127c3576040517f0d803bb70000000000000000000000000000000000000000000000000000000081526001600160a01b03909316600484015260248301919091526044820152606401610628565b505050602081015160ff166127de608085016060860161565d565b61ffff16901c600190811614826127fb608086016060870161565d565b8360200151909192612858576040517f0a111b280000000000000000000000000000000000000000000000000000000081526001600160a01b03909316600484015261ffff909116602483015260ff166044820152606401610628565b505050505050565b5f8061287260a08401608085016151f3565b63ffffffff169050804211612887575f612392565b6128918142614e1f565b612392906103e86151ae565b5f80620493e06128af426103e86151ae565b6128b991906151c5565b9050806128c960208801886147b6565b67ffffffffffffffff1611156128e260208801886147b6565b82909161292d576040517fba08b21e00000000000000000000000000000000000000000000000000000000815267ffffffffffffffff90921660048301526024820152604401610628565b505f90506129466129416040890189615550565b6138c6565b90506101c088013581818114612991576040517fbb28256d00000000000000000000000000000000000000000000000000000000815260048101929092526024820152604401610628565b505060408051808201909152806002815260ff1980881660209283015288515f90815260029092526040909120825181549192909183911660018360048111156129dd576129dd613f25565b0217905550602091820151815460089190911c6101000260ff909116179055612a3090612a0c908a018a6147d1565b612a1e6101408b016101208c016147d1565b611bc16101608c016101408d016151d8565b600192505f612a466101008a0160e08b016147d1565b6001600160a01b031614612ae3576060612a6e8988612a6860408c018c615550565b5f61210b565b909450905083612ae15786515f9081526002602052604090819020805460ff191660031790558751907fd74a424f49b154b1a5f6d44fb6724573a5ac7cb95580c3e147de180b8ed26e9a908990612ac7908c018c615550565b85604051612ad89493929190615676565b60405180910390a25b505b6001600160a01b038416612afa60208a018a6147d1565b87516060808a01516080808c015160a0808e01516040805195865267ffffffffffffffff93841660208701529216918401919091523393830193909352881515908201526001600160a01b0393909316927f3f069155488332d5c2b9260d835d43cf56a64753573e4dcbc778c92a71587ccd910160405180910390a4505095945050505050565b5f807f21b4c6ee8a3153262cb6405647d02cd8d41f5513efea330f16e4093558229cee612bb160208501856147b6565b6020850135612bc660608701604088016147b6565b60408051602081019590955267ffffffffffffffff93841690850152606084019190915216608082015260a001604051602081830303815290604052805190602001209050612392612c357f5edc28ea5a96d5822bc933697bf19e5e1df2a52b9e33dcc30d00cb7199d2b37a90565b604080516119015f526020929092528381526042601e2091905290565b5f612c6b8585612c66610240820182614904565b612280565b90505f612c7782612399565b9050612cbd612ca4612c876123cd565b604080516119015f526020929092528481526042601e2091905290565b60a0840151612cb76102608901896156f3565b88613a06565b612cd785612ccf610240820182614904565b84848761289d565b50505050505050565b5f612d5c604080516101e0810182525f60e082018181526101008301829052835160a0810185528281526020810183905293840182905260608401829052608084018290526101208301939093526101408201819052610160820181905261018082018190526101a082018190526101c0820152908190613e81565b612d6587612e61565b5f612d7362278d00426151c5565b9050428467ffffffffffffffff16118015612d985750808467ffffffffffffffff1611155b612da34260016151c5565b8286909192612df9576040517f87f2ccc70000000000000000000000000000000000000000000000000000000081526004810193909352602483019190915267ffffffffffffffff166044820152606401610628565b50612e3c9150612e1390506101408a016101208b016147d1565b612e256101608b016101408c016151d8565b6fffffffffffffffffffffffffffffffff16613110565b612e52883387612e4c8b8b613258565b8861347a565b92509250509550959350505050565b604081015f80612e7460608501846147d1565b6001600160a01b031614158015612e8e5750602082013515155b8015612e9d5750604082013515155b8015612ebb5750612eb4608083016060840161565d565b61ffff1615155b8015612edb5750612ed260a08301608084016151f3565b63ffffffff1615155b90508181612f16576040517fd167a0dc0000000000000000000000000000000000000000000000000000000081526004016106289190615757565b505f612f2a610180850161016086016147d1565b6001600160a01b031603612f6a576040517fd92e233d00000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b5f80612f7d610100860160e087016147d1565b6001600160a01b031614612f945762989680612f96565b5f5b90505f81612fac610120870161010088016147b6565b67ffffffffffffffff16111580156130005750612fd1610120860161010087016147b6565b67ffffffffffffffff1615158061300057505f612ff5610100870160e088016147d1565b6001600160a01b0316145b90508082613016610120880161010089016147b6565b9091613061576040517f67f04d5e000000000000000000000000000000000000000000000000000000008152600481019290925267ffffffffffffffff166024820152604401610628565b505061306c85613307565b5050505050565b5f61308460408301602084016151f3565b63ffffffff16158015906130ac57506130a360608301604084016151f3565b63ffffffff1615155b80156130d0575062278d006130c760608401604085016151f3565b63ffffffff1611155b9050818161310b576040517fc95faeed0000000000000000000000000000000000000000000000000000000081526004016106289190615765565b505050565b5f6001600160a01b03831615613126575f613128565b815b9050803480821461316e576040517f626ade3000000000000000000000000000000000000000000000000000000000815260048101929092526024820152604401610628565b50506001600160a01b03831661318357505050565b604051336024820152306044820152606481018390525f9061320190859060840160408051601f198184030181529190526020810180517bffffffffffffffffffffffffffffffffffffffffffffffffffffffff167f23b872dd00000000000000000000000000000000000000000000000000000000179052613626565b9050838382818114612cd7576040517fcf3e13520000000000000000000000000000000000000000000000000000000081526001600160a01b03909316600484015260248301919091526044820152606401610628565b5f818103613292576040517f2d32f2e700000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b61239261329f8385615773565b613a7b565b5f5f6132af83611403565b5f81815260056020526040902080549193509150829060ff16613301576040517f8ed1a6aa00000000000000000000000000000000000000000000000000000000815260040161062891815260200190565b50915091565b5f61335161331860208401846147d1565b602084013561332f610140860161012087016147d1565b61333f60608701604088016147d1565b6103d6610120880161010089016147b6565b905080613366610160840161014085016151d8565b6fffffffffffffffffffffffffffffffff1610158161338d610160850161014086016151d8565b90916133e0576040517f0cbe2bf200000000000000000000000000000000000000000000000000000000815260048101929092526fffffffffffffffffffffffffffffffff166024820152604401610628565b50505050565b5f806133f560208401846147b6565b6134099067ffffffffffffffff1642614e1f565b90505f61341c60408501602086016151f3565b61342c9063ffffffff1683615518565b6134379060016151c5565b905061344960408501602086016151f3565b6134599063ffffffff16826151ae565b61346660208601866147b6565b67ffffffffffffffff16610a8f91906151c5565b5f6134f6604080516101e0810182525f60e082018181526101008301829052835160a0810185528281526020810183905293840182905260608401829052608084018290526101208301939093526101408201819052610160820181905261018082018190526101a082018190526101c0820152908190613e81565b6040518060e00160405280888036038101906135129190614ce3565b8152602001876001600160a01b031681526020018681526020018581526020018467ffffffffffffffff16815260200160015f81819054906101000a900467ffffffffffffffff1661356390614df3565b825467ffffffffffffffff9182166101009390930a83810292021916179091558152602001613593600143614e1f565b4081525090504630826040516020016135ae93929190615858565b60408051808303601f1901815291815281516020928301205f81815260029093529120805460ff1916600117905597909650945050505050565b6001600160a01b038084165f908152602081815260408083209386168352929052908120805483929061361c9084906151c5565b9091555050505050565b5f60ff815c1615613663576040517f5865249e00000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b60015f805c60ff19168217905d506040517f70a082310000000000000000000000000000000000000000000000000000000081523060048201525f906001600160a01b038516906370a0823190602401602060405180830381865afa1580156136ce573d5f5f3e3d5ffd5b505050506040513d601f19601f820116820180604052508101906136f29190614627565b90505f5f856001600160a01b03168560405161370e919061587c565b5f604051808303815f865af19150503d805f8114613747576040519150601f19603f3d011682016040523d82523d5f602084013e61374c565b606091505b50915091505f81515f148061377657506020825110158015613776575061377282615892565b6001145b90508280156137825750805b87906137c6576040517f2b596cb70000000000000000000000000000000000000000000000000000000081526001600160a01b039091166004820152602401610628565b506040517f70a0823100000000000000000000000000000000000000000000000000000000815230600482015284906001600160a01b038916906370a0823190602401602060405180830381865afa158015613824573d5f5f3e3d5ffd5b505050506040513d601f19601f820116820180604052508101906138489190614627565b0394505f60ff19815c16815d505050505092915050565b60603d610100811061387357610100613875565b805b67ffffffffffffffff81111561388d5761388d61463e565b6040519080825280601f01601f1916602001820160405280156138b7576020820181803683370190505b50915081515f602084013e5090565b5f5f6138d484846020613aeb565b90505f5b818110156139fe575f61390186866138f18560206151ae565b6138fc9060406151c5565b613aeb565b61390c9060406151c5565b90505f61391a878784613aeb565b61392490836151c5565b90505f613932888884613aeb565b61393d8360206151c5565b61394791906151c5565b905080878082111561398e576040517f956abc8e00000000000000000000000000000000000000000000000000000000815260048101929092526024820152604401610628565b50869050888861399f8560206151c5565b6139ab928592906158b5565b6040516139b9929190614618565b6040519081900381206139d89291602001918252602082015260400190565b6040516020818303038152906040528051906020012095505050508060010190506138d8565b505092915050565b8367ffffffffffffffff165f03613a49576040517f8243f43000000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b61306c8567ffffffffffffffff86168585613a6760208701876147b6565b67ffffffffffffffff168660200135613bbc565b5f805b8251811015613ae55781838281518110613a9a57613a9a61489b565b602002602001015180519060200120604051602001613ac3929190918252602082015260400190565b60408051601f1981840301815291905280516020909101209150600101613a7e565b50919050565b5f82613af88360206151c5565b839185911115613b3d576040517f956abc8e00000000000000000000000000000000000000000000000000000000815260048101929092526024820152604401610628565b508490508284613b4e8260206151c5565b92613b5b939291906158b5565b613b64916158dc565b9050818367ffffffffffffffff831115613bb3576040517f956abc8e00000000000000000000000000000000000000000000000000000000815260048101929092526024820152604401610628565b50509392505050565b8482808210613c00576040517fd206c01200000000000000000000000000000000000000000000000000000000815260048101929092526024820152604401610628565b50505f613c0c87613db2565b9050855f613c1b600186614e1f565b90505f5b86811015613d0f5788868884613c72576040517f79ed90f8000000000000000000000000000000000000000000000000000000008152600481019390935260248301919091526044820152606401610628565b5050508260011660011480613c8657508183145b15613cda57613cad888883818110613ca057613ca061489b565b9050602002013585613e08565b93505b60018316158015613cc057508215155b15613cd557600192831c929190911c90613cb0565b613cff565b613cfc84898984818110613cf057613cf061489b565b90506020020135613e08565b93505b600192831c9291821c9101613c1f565b508785878315613d5c576040517f79ed90f8000000000000000000000000000000000000000000000000000000008152600481019390935260248301919091526044820152606401610628565b50505083831484849091613da5576040517f7c532e3100000000000000000000000000000000000000000000000000000000815260048101929092526024820152604401610628565b5050505050505050505050565b5f5f5f5f528260205260205f6021601f60025afa5f5192503d60201416905080613ae5576040517fc176b3c500000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b5f5f60405160015f53846001528360215260205f60415f60025afa5f516040929092529092503d60201416905080613e6c576040517fc176b3c500000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b5092915050565b6040805160e08101909152805f5b81525f6020820181905260408201819052606082018190526080820181905260a0820181905260c09091015290565b6001600160a01b0381168114613ec4575f5ffd5b50565b8035613ed281613eb0565b919050565b5f5f60408385031215613ee8575f5ffd5b8235613ef381613eb0565b91506020830135613f0381613eb0565b809150509250929050565b5f60208284031215613f1e575f5ffd5b5035919050565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52602160045260245ffd5b60058110613f6257613f62613f25565b9052565b602081016105af8284613f52565b5f6102408284031215613ae5575f5ffd5b5f60c08284031215613ae5575f5ffd5b5f5f83601f840112613fa5575f5ffd5b50813567ffffffffffffffff811115613fbc575f5ffd5b602083019150836020828501011115613fd3575f5ffd5b9250929050565b5f5f5f5f6103208587031215613fee575f5ffd5b613ff88686613f74565b9350614008866102408701613f85565b925061030085013567ffffffffffffffff811115614024575f5ffd5b61403087828801613f95565b95989497509550505050565b5f60608284031215613ae5575f5ffd5b5f5f5f5f6102808587031215614060575f5ffd5b61406a8686613f74565b935061024085013567ffffffffffffffff811115614086575f5ffd5b6140928782880161403c565b93505061026085013567ffffffffffffffff811115614024575f5ffd5b8151151581526020808301516fffffffffffffffffffffffffffffffff169082015260408083015167ffffffffffffffff1690820152606081016105af565b5f5f83601f8401126140fe575f5ffd5b50813567ffffffffffffffff811115614115575f5ffd5b6020830191508360208260051b8501011115613fd3575f5ffd5b5f5f5f5f5f60a08688031215614143575f5ffd5b853567ffffffffffffffff811115614159575f5ffd5b614165888289016140ee565b90965094506141799050876020880161403c565b9250608086013567ffffffffffffffff811115614194575f5ffd5b6141a088828901613f95565b969995985093965092949392505050565b5f6101808284031215613ae5575f5ffd5b67ffffffffffffffff81168114613ec4575f5ffd5b8035613ed2816141c2565b5f5f5f5f5f5f5f610200888a0312156141f9575f5ffd5b61420389896141b1565b965061018088013567ffffffffffffffff81111561421f575f5ffd5b61422b8a828b016140ee565b9097509550506101a088013593506101c088013567ffffffffffffffff811115614253575f5ffd5b61425f8a828b01613f95565b9094509250506101e0880135614274816141c2565b8091505092959891949750929550565b5f5f5f5f5f5f6101e0878903121561429a575f5ffd5b6142a488886141b1565b955061018087013567ffffffffffffffff8111156142c0575f5ffd5b6142cc89828a016140ee565b9096509450506101a087013567ffffffffffffffff8111156142ec575f5ffd5b6142f889828a01613f95565b9094509250506101c087013561430d816141c2565b809150509295509295509295565b6fffffffffffffffffffffffffffffffff81168114613ec4575f5ffd5b8035613ed28161431b565b5f5f5f5f5f5f5f5f5f5f6102808b8d03121561435d575f5ffd5b6143678c8c6141b1565b99506143778c6101808d0161403c565b98506101e08b013567ffffffffffffffff811115614393575f5ffd5b61439f8d828e016140ee565b9099509750506102008b013595506102208b013567ffffffffffffffff8111156143c7575f5ffd5b6143d38d828e01613f95565b9096509450506102408b013567ffffffffffffffff8111156143f3575f5ffd5b6143ff8d828e01613f95565b9094509250506102608b01356144148161431b565b809150509295989b9194979a5092959850565b5f6102808284031215613ae5575f5ffd5b5f5f6102a0838503121561444a575f5ffd5b6144548484614427565b9150610280830135613f038161431b565b5f6102808284031215614476575f5ffd5b6123928383614427565b5f60c08284031215614490575f5ffd5b6123928383613f85565b5f5f5f5f5f60a086880312156144ae575f5ffd5b85356144b981613eb0565b94506020860135935060408601356144d081613eb0565b925060608601356144e081613eb0565b915060808601356144f0816141c2565b809150509295509295909350565b5f5f5f5f60808587031215614511575f5ffd5b843561451c81613eb0565b935060208501359250604085013561453381613eb0565b9150606085013561454381613eb0565b939692955090935050565b5f5f6020838503121561455f575f5ffd5b823567ffffffffffffffff811115614575575f5ffd5b61458185828601613f95565b90969095509350505050565b5f610240828403121561459e575f5ffd5b6123928383613f74565b5f5f5f5f60c085870312156145bb575f5ffd5b8435935060208501356145cd81613eb0565b925060408501356145dd81613eb0565b91506145ec866060870161403c565b905092959194509250565b8381526060810161460b6020830185613f52565b610a8f6040830184613f52565b818382375f9101908152919050565b5f60208284031215614637575f5ffd5b5051919050565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52604160045260245ffd5b60405160e0810167ffffffffffffffff8111828210171561468e5761468e61463e565b60405290565b604051610100810167ffffffffffffffff8111828210171561468e5761468e61463e565b604051601f8201601f1916810167ffffffffffffffff811182821017156146e1576146e161463e565b604052919050565b5f60c08284031280156146fa575f5ffd5b5060405160c0810167ffffffffffffffff8111828210171561471e5761471e61463e565b604090815283358252602080850135908301528381013590820152606080840135908201526080830135614751816141c2565b608082015260a0830135614764816141c2565b60a08201529392505050565b5f81518084528060208401602086015e5f602082860101526020601f19601f83011685010191505092915050565b828152604060208201525f610a8f6040830184614770565b5f602082840312156147c6575f5ffd5b8135612392816141c2565b5f602082840312156147e1575f5ffd5b813561239281613eb0565b805160ff81168114613ed2575f5ffd5b8051613ed281613eb0565b8051613ed2816141c2565b5f60e0828403128015614823575f5ffd5b5061482c61466b565b82516004811061483a575f5ffd5b8152614848602084016147ec565b6020820152614859604084016147fc565b6040820152606083810151908201526080808401519082015261487e60a08401614807565b60a082015261488f60c08401614807565b60c08201529392505050565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52603260045260245ffd5b5f82357ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffd818336030181126148fa575f5ffd5b9190910192915050565b5f82357fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa18336030181126148fa575f5ffd5b7f4e487b71000000000000000000000000000000000000000000000000000000005f52601160045260245ffd5b5f5f19820361497457614974614936565b5060010190565b6001600160a01b0381511682526020810151602083015260408101516001600160a01b038151166040840152602081015160608401526040810151608084015261ffff60608201511660a084015263ffffffff60808201511660c08401525060608101516149f460e08401826001600160a01b03169052565b50608081015167ffffffffffffffff1661010083015260a08101516001600160a01b0390811661012084015260c08201516fffffffffffffffffffffffffffffffff1661014084015260e0909101511661016090910152565b614a5882825161497b565b60208101516001600160a01b031661018083015260408101516101a083015260608101516101c0830152608081015167ffffffffffffffff9081166101e084015260a08201511661020083015260c0015161022090910152565b81835281816020850137505f602082840101525f6020601f19601f840116840101905092915050565b5f8383855260208501945060208460051b820101835f7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe1863603015b87821015614b8557601f198585030189528235818112614b35575f5ffd5b870160208101903567ffffffffffffffff811115614b51575f5ffd5b803603821315614b5f575f5ffd5b614b6a868284614ab2565b95505050602083019250602089019850600182019150614b17565b5091979650505050505050565b614b9c8187614a4d565b6102a06102408201525f614bb56102a083018688614adb565b828103806102608501525f82526020810161028085015250614bdb602082018587614ab2565b98975050505050505050565b614bf18187614a4d565b6102a06102408201525f614c0a6102a083018688614adb565b828103610260840152614c1e818587614ab2565b8381036102809094019390935250505f815260200195945050505050565b803561ffff81168114613ed2575f5ffd5b803563ffffffff81168114613ed2575f5ffd5b5f60a08284031215614c70575f5ffd5b60405160a0810167ffffffffffffffff81118282101715614c9357614c9361463e565b6040529050808235614ca481613eb0565b81526020838101359082015260408084013590820152614cc660608401614c3c565b6060820152614cd760808401614c4d565b60808201525092915050565b5f610180828403128015614cf5575f5ffd5b50614cfe614694565b614d0783613ec7565b815260208381013590820152614d208460408501614c60565b6040820152614d3160e08401613ec7565b6060820152614d4361010084016141d7565b6080820152614d556101208401613ec7565b60a0820152614d676101408401614338565b60c0820152614d796101608401613ec7565b60e08201529392505050565b5f6060828403128015614d96575f5ffd5b506040516060810167ffffffffffffffff81118282101715614dba57614dba61463e565b6040528235614dc8816141c2565b8152614dd660208401614c4d565b6020820152614de760408401614c4d565b60408201529392505050565b5f67ffffffffffffffff821667ffffffffffffffff8103614e1657614e16614936565b60010192915050565b818103818111156105af576105af614936565b614e3d82825161497b565b6001600160a01b0360208201511661018083015260408101516101a083015260608101516101c0830152608081015167ffffffffffffffff8151166101e084015263ffffffff60208201511661020084015263ffffffff6040820151166102208401525060a0810151614ebd61024084018267ffffffffffffffff169052565b5060c001516102609190910152565b848152602081018490526001600160a01b03831660408201526102e081016116616060830184614e32565b614f01818a614e32565b6fffffffffffffffffffffffffffffffff88166102808201526103006102a08201525f614f336103008301888a614adb565b8281036102c0840152614f47818789614ab2565b90508281036102e0840152614f5d818587614ab2565b9b9a5050505050505050505050565b6fffffffffffffffffffffffffffffffff81811683821601908111156105af576105af614936565b8035614f9f81613eb0565b6001600160a01b03168252602081810135908301526040808201359083015261ffff614fcd60608301614c3c565b16606083015263ffffffff614fe460808301614c4d565b1660808301525050565b8035614ff981613eb0565b6001600160a01b031682526020818101359083015261501e6040808401908301614f94565b60e081013561502c81613eb0565b6001600160a01b031660e083015261504761010082016141d7565b67ffffffffffffffff166101008301526150646101208201613ec7565b6001600160a01b03166101208301526150806101408201614338565b6fffffffffffffffffffffffffffffffff166101408301526150a56101608201613ec7565b6001600160a01b038116610160840152505050565b80356150c5816141c2565b67ffffffffffffffff16825263ffffffff6150e260208301614c4d565b16602083015263ffffffff6150f960408301614c4d565b1660408301525050565b848152602081018490526001600160a01b03831660408201526102e0810161512e6060830184614fee565b61018083013561513d81613eb0565b6001600160a01b03166101e0838101919091526101a08401356102008401526101c08401356102208401526151799061024084019085016150ba565b610240830135615188816141c2565b67ffffffffffffffff166102a083015261026092909201356102c0909101529392505050565b80820281158282048414176105af576105af614936565b808201808211156105af576105af614936565b5f602082840312156151e8575f5ffd5b81356123928161431b565b5f60208284031215615203575f5ffd5b61239282614c4d565b5f6102a0820161521c8386614a4d565b6102a06102408401528084518083526102c0850191506102c08160051b8601019250602086015f5b82811015615293577ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffd4087860301845261527e858351614770565b94506020938401939190910190600101615244565b505050508281036102608401525f8152602081018381036102808501525f8152905060208101611661565b602081525f610a8f602083018486614ab2565b8381526001600160a01b038316602082015261028081016152f56040830184614fee565b61018083013561530481613eb0565b6001600160a01b03166101c0838101919091526101a08401356101e0808501919091529084013561020084015283013561533d816141c2565b67ffffffffffffffff1661022083015261020083013561535c816141c2565b67ffffffffffffffff1661024083015261022092909201356102609091015292915050565b8015158114613ec4575f5ffd5b813561539981615381565b815460208401356153a98161431b565b60408501356153b7816141c2565b78ffffffffffffffff00000000000000000000000000000000008160881b1660ff851515167fffffffffffffff0000000000000000000000000000000000000000000000000085161770ffffffffffffffffffffffffffffffff008460081b1617178555505050505050565b6001600160a01b038316815260808101823561543e81615381565b80151560208401525060208301356154558161431b565b6fffffffffffffffffffffffffffffffff8116604084015250604083013561547c816141c2565b67ffffffffffffffff81166060840152509392505050565b6001600160a01b03851681526154f660208201858051825260208101516020830152604081015160408301526060810151606083015267ffffffffffffffff608082015116608083015267ffffffffffffffff60a08201511660a08301525050565b61010060e08201525f61550e61010083018486614ab2565b9695505050505050565b5f8261554b577f4e487b71000000000000000000000000000000000000000000000000000000005f52601260045260245ffd5b500490565b5f5f83357fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe1843603018112615583575f5ffd5b83018035915067ffffffffffffffff82111561559d575f5ffd5b602001915036819003821315613fd3575f5ffd5b82815260e0810161239260208301848051825260208101516020830152604081015160408301526060810151606083015267ffffffffffffffff608082015116608083015267ffffffffffffffff60a08201511660a08301525050565b5f5f6040838503121561561f575f5ffd5b505080516020909101519092909150565b6001600160a01b0383168152604081016004831061565057615650613f25565b8260208301529392505050565b5f6020828403121561566d575f5ffd5b61239282614c3c565b6156c981868051825260208101516020830152604081015160408301526060810151606083015267ffffffffffffffff608082015116608083015267ffffffffffffffff60a08201511660a08301525050565b61010060c08201525f6156e161010083018587614ab2565b82810360e084015261165d8185614770565b5f5f83357fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe1843603018112615726575f5ffd5b83018035915067ffffffffffffffff821115615740575f5ffd5b6020019150600581901b3603821315613fd3575f5ffd5b60a081016105af8284614f94565b606081016105af82846150ba565b5f67ffffffffffffffff83111561578c5761578c61463e565b8260051b61579c602082016146b8565b848152908301906020810190368311156157b4575f5ffd5b845b8381101561584e57803567ffffffffffffffff8111156157d4575f5ffd5b860136601f8201126157e4575f5ffd5b803567ffffffffffffffff8111156157fe576157fe61463e565b6158116020601f19601f840116016146b8565b818152366020838501011115615825575f5ffd5b816020840160208301375f602083830101528086525050506020830192506020810190506157b6565b5095945050505050565b8381526001600160a01b03831660208201526102808101610a8f6040830184614a4d565b5f82518060208501845e5f920191825250919050565b80516020808301519190811015613ae5575f1960209190910360031b1b16919050565b5f5f858511156158c3575f5ffd5b838611156158cf575f5ffd5b5050820193919092039150565b803560208310156105af575f19602084900360031b1b169291505056' as const
