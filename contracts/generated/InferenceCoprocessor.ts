// Generated from src/InferenceCoprocessor.sol by generate.ts. Do not edit.

export const inferenceCoprocessorAbi = [
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
        "name": "requestId",
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

export const inferenceCoprocessorBytecode = '0x60e060405234801561000f575f5ffd5b504660808181523060a0818152604080517f8b73c3c69bb8fe3d512ecc4cf759cc79239f7b179b0ffacaa9a75d522b39400f81527f98ecbb992beaab2a5bcf7892cfa7cdf04b8e0762a64c98ee70b3d6eacf54df6360208201527fc89efdaa54c0f20c7adf612882df0950f5a951637e0307cdcb4c672f298b8bc691810191909152606081019490945291830152902060c05260805160a05160c0516157246100cc5f395f61243e01525f61241401525f6123e101526157245ff3fe608060405260043610610183575f3560e01c8063746688d9116100d1578063c6a9632c1161007c578063eac9c78211610057578063eac9c7821461052e578063f154c6e81461054d578063f940e3851461056c575f5ffd5b8063c6a9632c146104d1578063dc587c3f146104f0578063e3b73bc61461050f575f5ffd5b806392fac98c116100ac57806392fac98c146103db578063abe366841461049c578063bb0499e3146104b2575f5ffd5b8063746688d91461037e5780637d0fb7f01461039d57806391791ac6146103bc575f5ffd5b8063436edcdd11610131578063669b09eb1161010c578063669b09eb1461034557806368f56930146103585780636a5dcb2c1461036b575f5ffd5b8063436edcdd1461027057806354b73a6914610313578063665f745414610332575f5ffd5b806329af74111161016157806329af74111461021557806330247d9c1461022b578063423644a11461025a575f5ffd5b8063035ec5841461018757806305b90773146101b9578063115d556f146101f4575b5f5ffd5b348015610192575f5ffd5b506101a66101a1366004613e40565b61058b565b6040519081526020015b60405180910390f35b3480156101c4575f5ffd5b506101e76101d3366004613e77565b5f9081526002602052604090205460ff1690565b6040516101b09190613ecf565b3480156101ff575f5ffd5b5061021361020e366004613f43565b6105b5565b005b348015610220575f5ffd5b506101a66298968081565b348015610236575f5ffd5b5061024a610245366004613fb5565b6107df565b60405190151581526020016101b0565b348015610265575f5ffd5b506101a662278d0081565b34801561027b575f5ffd5b5061030661028a366004613e77565b60408051606080820183525f80835260208084018290529284018190529384526005825292829020825193840183525460ff81161515845261010081046fffffffffffffffffffffffffffffffff169184019190915271010000000000000000000000000000000000900467ffffffffffffffff169082015290565b6040516101b09190614018565b34801561031e575f5ffd5b506101a661032d366004614098565b610a97565b6101a661034036600461414b565b610d42565b6101a66103533660046141ed565b610e3c565b6101a66103663660046142ac565b610f84565b6102136103793660046143a1565b611323565b348015610389575f5ffd5b506101a66103983660046143ce565b611403565b3480156103a8575f5ffd5b5061024a6103b73660046143e9565b611458565b3480156103c7575f5ffd5b506101a66103d6366004614403565b611520565b3480156103e6575f5ffd5b506103066103f5366004614467565b60408051606080820183525f80835260208084018290529284018190526001600160a01b03978816815260038352838120968152958252828620948716865293815281852092909516845290845291829020825191820183525460ff81161515825261010081046fffffffffffffffffffffffffffffffff16938201939093527101000000000000000000000000000000000090920467ffffffffffffffff169082015290565b3480156104a7575f5ffd5b506101a6620493e081565b3480156104bd575f5ffd5b506101a66104cc3660046143ce565b61166a565b3480156104dc575f5ffd5b506102136104eb3660046144b7565b611a1d565b3480156104fb575f5ffd5b506101a661050a3660046144f6565b611a64565b34801561051a575f5ffd5b506102136105293660046144f6565b611a85565b348015610539575f5ffd5b506102136105483660046143ce565b611c74565b348015610558575f5ffd5b50610213610567366004614511565b611dd9565b348015610577575f5ffd5b506101a6610586366004613e40565b611e72565b6001600160a01b038083165f90815260208181526040808320938516835292905220545b92915050565b5f6105bf85611a64565b5f8181526002602052604090205490915060ff1660038160048111156105e7576105e7613e8e565b1482600383909192610631576040517f639c0a8600000000000000000000000000000000000000000000000000000000815260040161062893929190614560565b60405180910390fd5b505f91505085358314801561064a575061064a86611458565b90508281610687576040517fa8b1cde300000000000000000000000000000000000000000000000000000000815260040161062891815260200190565b505f6002868660405161069b929190614581565b602060405180830381855afa1580156106b6573d5f5f3e3d5ffd5b5050506040513d601f19601f820116820180604052508101906106d99190614590565b9050606087013581818114610723576040517f6eaf2e0300000000000000000000000000000000000000000000000000000000815260048101929092526024820152604401610628565b50505f8481526002602081905260408220805460ff191690911790558061075c8a610753368c90038c018c614652565b8a8a6001612116565b909250905085818361079c576040517f437376bc000000000000000000000000000000000000000000000000000000008152600401610628929190614707565b505060405133815286907f3cf062c41b44a0c65ef00735ed977640166abfc75401e6afe6099fe1003b90fe9060200160405180910390a250505050505050505050565b5f5f6107ea86611a64565b5f8181526002602052604090205490915060ff16600181600481111561081257610812613e8e565b1482600183909192610853576040517f639c0a8600000000000000000000000000000000000000000000000000000000815260040161062893929190614560565b5061086991505061020088016101e0890161471f565b67ffffffffffffffff16421115826108896102008a016101e08b0161471f565b90916108d4576040517f7fa06769000000000000000000000000000000000000000000000000000000008152600481019290925267ffffffffffffffff166024820152604401610628565b50505f6108e283898961228b565b90505f6108ee826123a2565b90505f61095761091c6108ff6123de565b604080516119015f526020929092528581526042601e2091905290565b89898080601f0160208091040260200160405190810160405280939291908181526020018383808284375f920191909152506124e992505050565b90506109f660408b018261096e60608e018361473a565b6040517f97815d4e0000000000000000000000000000000000000000000000000000000081526001600160a01b03868116600483015291909116906397815d4e9060240160e060405180830381865afa1580156109cd573d5f5f3e3d5ffd5b505050506040513d601f19601f820116820180604052508101906109f1919061477b565b6126c2565b5f610a0360408c016128a6565b905080610a1360208c018c61471f565b67ffffffffffffffff161015610a2c60208c018c61471f565b829091610a77576040517fbd2b0cca00000000000000000000000000000000000000000000000000000000815267ffffffffffffffff90921660048301526024820152604401610628565b5050610a868b8b8686866128ea565b96505050505050505b949350505050565b5f5f610ae0610aa586612bce565b85858080601f0160208091040260200160405190810160405280939291908181526020018383808284375f920191909152506124e992505050565b90505f610aeb613ddc565b5f5b88811015610d3557368a8a83818110610b0857610b08614804565b9050602002810190610b1a9190614831565b90505f610b2682611a64565b5f8181526002602052604081205491925060ff90911690610b4f61020085016101e0860161471f565b67ffffffffffffffff16421180610bba5750610b6d604085016128a6565b8e8e87818110610b7f57610b7f614804565b9050602002810190610b919190614831565b610ba09061024081019061486d565b610bae90602081019061471f565b67ffffffffffffffff16105b90508080610bda57506001826004811115610bd757610bd7613e8e565b14155b15610c2057827f3d59bf106af0296ca558e6ac438ce23aca7c36a652cea17fe2c30f66c8e3d8d283604051610c0f9190613ecf565b60405180910390a250505050610d2d565b6001600160a01b038716610c3a606086016040870161473a565b6001600160a01b031614610ce057610c58606085016040860161473a565b6040517f97815d4e0000000000000000000000000000000000000000000000000000000081526001600160a01b038a81166004830152919850908816906397815d4e9060240160e060405180830381865afa158015610cb9573d5f5f3e3d5ffd5b505050506040513d601f19601f82011682018060405250810190610cdd919061477b565b95505b610cee6040850189886126c2565b610d1d838f8f88818110610d0457610d04614804565b9050602002810190610d169190614831565b8e8b612c9f565b610d26896148cc565b9850505050505b600101610aed565b5050505095945050505050565b5f610dbe604080516101e0810182525f60e082018181526101008301829052835160a0810185528281526020810183905293840182905260608401829052608084018290526101208301939093526101408201819052610160820181905261018082018190526101a082018190526101c0820152908190613dea565b610dcb8989898987612d2d565b9092509050610ddd60208a018a61473a565b6001600160a01b0316336001600160a01b0316837fcaa75d884fcbc47f0b9cd33a326b8614ffe973bda81714f4fe17508f94c50b99848c8c8b8b604051610e28959493929190614afb565b60405180910390a450979650505050505050565b5f610eb8604080516101e0810182525f60e082018181526101008301829052835160a0810185528281526020810183905293840182905260608401829052608084018290526101208301939093526101408201819052610160820181905261018082018190526101a082018190526101c0820152908190613dea565b610f1488888860028989604051610ed0929190614581565b602060405180830381855afa158015610eeb573d5f5f3e3d5ffd5b5050506040513d601f19601f82011682018060405250810190610f0e9190614590565b87612d2d565b9092509050610f26602089018961473a565b6001600160a01b0316336001600160a01b0316837fcaa75d884fcbc47f0b9cd33a326b8614ffe973bda81714f4fe17508f94c50b99848b8b8b8b604051610f71959493929190614b50565b60405180910390a4509695505050505050565b5f610f8e8b612eae565b610f978a6130c0565b8415611084578660028787604051610fb0929190614581565b602060405180830381855afa158015610fcb573d5f5f3e3d5ffd5b5050506040513d601f19601f82011682018060405250810190610fee9190614590565b148760028888604051611002929190614581565b602060405180830381855afa15801561101d573d5f5f3e3d5ffd5b5050506040513d601f19601f820116820180604052508101906110409190614590565b9091611081576040517f6314530500000000000000000000000000000000000000000000000000000000815260048101929092526024820152604401610628565b50505b6110b16110996101408d016101208e0161473a565b836fffffffffffffffffffffffffffffffff1661315d565b5f6040518060e001604052808d8036038101906110ce9190614c4c565b8152336020820152604081018a90526060016110ea8c8c6132a5565b81526020016110fe368e90038e018e614cee565b8152600480546020909201915f9061111f9067ffffffffffffffff16614d5c565b825467ffffffffffffffff9182166101009390930a8381029202191617909155815260200161114f600143614d88565b4081525090507fb79853446f9b8c8b795da68e7350f49ef2b73cae20498f1ea81b180415013ef946308360405160200161118c9493929190614e35565b60408051601f198184030181528282528051602091820120606084018352600184526fffffffffffffffffffffffffffffffff8716848301529450908201906111d7908e018e61471f565b67ffffffffffffffff9081169091525f848152600560209081526040918290208451815486840151969094015190941671010000000000000000000000000000000000027fffffffffffffff0000000000000000ffffffffffffffffffffffffffffffffff6fffffffffffffffffffffffffffffffff909616610100027fffffffffffffffffffffffffffffff00000000000000000000000000000000ff951515959095167fffffffffffffffffffffffffffffff00000000000000000000000000000000009094169390931793909317939093161790556112bb908d018d61473a565b6001600160a01b0316336001600160a01b0316837f63c644e63d08b1d0c07503848d1c1900c239b5ba13b3b303cce04877db64588384878f8f8e8e8e8e60405161130c989796959493929190614e60565b60405180910390a4509a9950505050505050505050565b6113506113386101408401610120850161473a565b826fffffffffffffffffffffffffffffffff1661315d565b5f5f61135b846132f1565b805491935091508390829060019061138b90849061010090046fffffffffffffffffffffffffffffffff16614ed5565b82546fffffffffffffffffffffffffffffffff91821661010093840a9081029083021990911617909255835460408051888516815292909104909216602082015233925084917fb91b9eeb2437c0c8a01da99b518cf26f32f502dcbab3a84944eee7770808a75391015b60405180910390a350505050565b5f7fb79853446f9b8c8b795da68e7350f49ef2b73cae20498f1ea81b180415013ef946308460405160200161143b9493929190614fa0565b604051602081830303815290604052805190602001209050919050565b80355f908152600260205260408082208151808301909252805483929190829060ff16600481111561148c5761148c613e8e565b600481111561149d5761149d613e8e565b81529054610100900460081b60ff191660209091015290505f6002825160048111156114cb576114cb613e8e565b14806114e957506003825160048111156114e7576114e7613e8e565b145b9050808015610a8f575061150a61150536869003860186614652565b6123a2565b60ff1916826020015160ff191614949350505050565b6001600160a01b038581165f90815260036020908152604080832088845282528083208785168452825280832093861683529281528282208351606081018552905460ff8116151580835261010082046fffffffffffffffffffffffffffffffff169383019390935271010000000000000000000000000000000000900467ffffffffffffffff16938101939093529091908790879087908790611614576040517fee2e003f0000000000000000000000000000000000000000000000000000000081526001600160a01b039485166004820152602481019390935290831660448301529091166064820152608401610628565b505050508267ffffffffffffffff16816040015167ffffffffffffffff1661163c9190615103565b81602001516fffffffffffffffffffffffffffffffff1661165d919061511a565b9150505b95945050505050565b5f5f5f611676846132f1565b8054919350915071010000000000000000000000000000000000900467ffffffffffffffff168281428111156116eb576040517ff75c66d7000000000000000000000000000000000000000000000000000000008152600481019290925267ffffffffffffffff166024820152604401610628565b50508154859061010090046fffffffffffffffffffffffffffffffff1661171a6101608301610140840161512d565b6fffffffffffffffffffffffffffffffff9081169082161015856117466101608501610140860161512d565b839091926117a3576040517fe886e94a00000000000000000000000000000000000000000000000000000000815260048101939093526fffffffffffffffffffffffffffffffff9182166024840152166044820152606401610628565b5050506117af82613354565b6117c16101608301610140840161512d565b90036117d06101e08801613433565b84547fffffffffffffff000000000000000000000000000000000000000000000000ff167101000000000000000000000000000000000067ffffffffffffffff8316027fffffffffffffffffffffffffffffff00000000000000000000000000000000ff16176101006fffffffffffffffffffffffffffffffff84160217855592506118cd604080516101e0810182525f60e082018181526101008301829052835160a0810185528281526020810183905293840182905260608401829052608084018290526101208301939093526101408201819052610160820181905261018082018190526101a082018190526101c0820152908190613dea565b611916836118e36101a08b016101808c0161473a565b6101a08b01356101c08c01356119016102408e016102208f01615148565b6119119063ffffffff164261511a565b6134c7565b9097509050611928602084018461473a565b6001600160a01b03166119436101a08a016101808b0161473a565b6001600160a01b0316887fcaa75d884fcbc47f0b9cd33a326b8614ffe973bda81714f4fe17508f94c50b99845f6040519080825280602002602001820160405280156119a357816020015b606081526020019060019003908161198e5790505b506040516119b2929190615161565b60405180910390a4604080516fffffffffffffffffffffffffffffffff8416815267ffffffffffffffff86166020820152889188917fb641fc385284399949bbf246c2af2418aff5e105877eb33b66060a089d64a5ba910160405180910390a3505050505050919050565b336001600160a01b03167f9f0de6eec703f0d4940ccba0b7687e9e7b4ed4b02f3ab2b6dfd621540dddc58b8383604051611a58929190615213565b60405180910390a25050565b5f604051468152306020820152610240836040830137610280902092915050565b5f611a8f82611a64565b5f8181526002602052604090205490915060ff166001816004811115611ab757611ab7613e8e565b1482600183909192611af8576040517f639c0a8600000000000000000000000000000000000000000000000000000000815260040161062893929190614560565b50611b0e91505061020084016101e0850161471f565b67ffffffffffffffff16421182611b2d61020086016101e0870161471f565b9091611b78576040517fc30ad16d000000000000000000000000000000000000000000000000000000008152600481019290925267ffffffffffffffff166024820152604401610628565b50505f828152600260205260409020805460ff1916600417905582611be3611ba86101808301610160840161473a565b611bba6101408401610120850161473a565b611bcc6101608501610140860161512d565b6fffffffffffffffffffffffffffffffff16613635565b611bf56101808201610160830161473a565b6001600160a01b0316837f2f404700dee655bbb8bf05c485c955afa4ebc23609d833e6b40a808c185b96e2611c326101408501610120860161473a565b611c446101608601610140870161512d565b604080516001600160a01b0390931683526fffffffffffffffffffffffffffffffff9091166020830152016113f5565b5f5f611c7f836132f1565b9092509050611c966101a08401610180850161473a565b6001600160a01b03163314611cb36101a08501610180860161473a565b339091611cff576040517fd993f04a0000000000000000000000000000000000000000000000000000000081526001600160a01b03928316600482015291166024820152604401610628565b505080545f83815260056020526040902080547fffffffffffffff0000000000000000000000000000000000000000000000000016905561010090046fffffffffffffffffffffffffffffffff16611d8c611d626101808601610160870161473a565b611d746101408701610120880161473a565b836fffffffffffffffffffffffffffffffff16613635565b6040516fffffffffffffffffffffffffffffffff8216815283907fcb343174e08e06b5829d2362a2cd46b33d6f79b9debc2ff03b29eab9331789c29060200160405180910390a250505050565b335f90815260036020908152604080832087845282528083206001600160a01b038781168552908352818420908616845290915290208190611e1b8282615233565b905050816001600160a01b031684336001600160a01b03167fac060e06f082a29f39a600a0ad9570c8743e2429288cb81cf36be12c66cdefc78685604051611e649291906152c8565b60405180910390a450505050565b5f6001600160a01b038216611eb3576040517fd92e233d00000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b50335f818152602081815260408083206001600160a01b0387168452909152902054908382611f21576040517fac46653e0000000000000000000000000000000000000000000000000000000081526001600160a01b03928316600482015291166024820152604401610628565b5050335f818152602081815260408083206001600160a01b0388811680865291845282852094909455815193871684529183018590529092917fa4195c37c2947bbe89165f03e320b6903116f0b10d8cfdb522330f7ce6f9fa24910160405180910390a36001600160a01b038316612031575f826001600160a01b0316826040515f6040518083038185875af1925050503d805f8114611fdc576040519150601f19603f3d011682016040523d82523d5f602084013e611fe1565b606091505b5050905080839061202a576040517f09b62ba10000000000000000000000000000000000000000000000000000000081526001600160a01b039091166004820152602401610628565b50506105af565b6040516001600160a01b0383166024820152604481018290525f906120b290859060640160408051601f198184030181529190526020810180517bffffffffffffffffffffffffffffffffffffffffffffffffffffffff167fa9059cbb00000000000000000000000000000000000000000000000000000000179052613673565b905083825f83900380821461210c576040517fcf3e13520000000000000000000000000000000000000000000000000000000081526001600160a01b03909316600484015260248301919091526044820152606401610628565b5050505092915050565b5f60608161212c6101a089016101808a0161473a565b8787876040516024016121429493929190615339565b60408051601f198184030181529190526020810180517bffffffffffffffffffffffffffffffffffffffffffffffffffffffff167f329b18960000000000000000000000000000000000000000000000000000000017905290505f6121ae6101008a0160e08b0161473a565b90505f6121c36101208b016101008c0161471f565b67ffffffffffffffff1690505f6121db886010615103565b614e206121e9603f856153bd565b6121f3908561511a565b6121fd919061511a565b612207919061511a565b90505f5a9050818181811015612252576040517ffe336aa700000000000000000000000000000000000000000000000000000000815260048101929092526024820152604401610628565b5050871561225e578092505b5f5f8651602088015f8888f196508661227c576122796138ac565b95505b50505050509550959350505050565b6122d26040518060c001604052805f81526020015f81526020015f81526020015f81526020015f67ffffffffffffffff1681526020015f67ffffffffffffffff1681525090565b6040518060c00160405280858152602001845f01602001358152602001846101a001358152602001600284806040019061230c91906153f5565b60405161231a929190614581565b602060405180830381855afa158015612335573d5f5f3e3d5ffd5b5050506040513d601f19601f820116820180604052508101906123589190614590565b815260209081019061236c9085018561471f565b67ffffffffffffffff16815260200183602001602081019061238e919061471f565b67ffffffffffffffff169052949350505050565b6040517f1b8ccf7e9eb213e046fec05a3116dce0dbfd0445a9b900bc3edd1b0d5c9feb3d8082525f9160c084602083015e60e090209392505050565b5f7f0000000000000000000000000000000000000000000000000000000000000000461480156124365750306001600160a01b037f000000000000000000000000000000000000000000000000000000000000000016145b1561246057507f000000000000000000000000000000000000000000000000000000000000000090565b50604080517f8b73c3c69bb8fe3d512ecc4cf759cc79239f7b179b0ffacaa9a75d522b39400f81527f98ecbb992beaab2a5bcf7892cfa7cdf04b8e0762a64c98ee70b3d6eacf54df6360208201527fc89efdaa54c0f20c7adf612882df0950f5a951637e0307cdcb4c672f298b8bc69181019190915246606082015230608082015260a0902090565b80515f90604190818114612532576040517fbd1e500200000000000000000000000000000000000000000000000000000000815260048101929092526024820152604401610628565b50505f5f8380602001905181019061254a9190615456565b915091505f8460408151811061256257612562614804565b016020015160f81c9050601b81148061257e57508060ff16601c145b81906125bc576040517f1ee5d21a00000000000000000000000000000000000000000000000000000000815260ff9091166004820152602401610628565b50817f7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a081111561261b576040517f0350fbc800000000000000000000000000000000000000000000000000000000815260040161062891815260200190565b50604080515f81526020810180835288905260ff831691810191909152606081018490526080810183905260019060a0016020604051602081039080840390855afa15801561266c573d5f5f3e3d5ffd5b5050604051601f1901519450506001600160a01b0384166126b9576040517f37e8456b00000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b50505092915050565b6001815160038111156126d7576126d7613e8e565b82518492909114612716576040517f4acf5ffc000000000000000000000000000000000000000000000000000000008152600401610628929190615478565b5050806060015183602001351480612732575060208301355f19145b828460200135836060015190919261278f576040517f7e3c17720000000000000000000000000000000000000000000000000000000081526001600160a01b03909316600484015260248301919091526044820152606401610628565b5050508060800151836040013514806127ac575060408301355f19145b8284604001358360800151909192612809576040517f0d803bb70000000000000000000000000000000000000000000000000000000081526001600160a01b03909316600484015260248301919091526044820152606401610628565b505050602081015160ff1661282460808501606086016154a5565b61ffff16901c6001908116148261284160808601606087016154a5565b836020015190919261289e576040517f0a111b280000000000000000000000000000000000000000000000000000000081526001600160a01b03909316600484015261ffff909116602483015260ff166044820152606401610628565b505050505050565b5f806128b860a0840160808501615148565b63ffffffff1690508042116128cd575f6128e3565b6128d78142614d88565b6128e3906103e8615103565b9392505050565b5f80620493e06128fc426103e8615103565b612906919061511a565b905080612916602088018861471f565b67ffffffffffffffff16111561292f602088018861471f565b82909161297a576040517fba08b21e00000000000000000000000000000000000000000000000000000000815267ffffffffffffffff90921660048301526024820152604401610628565b505f905061299361298e60408901896153f5565b613913565b90506101c0880135818181146129de576040517fbb28256d00000000000000000000000000000000000000000000000000000000815260048101929092526024820152604401610628565b505060408051808201909152806002815260ff1980881660209283015288515f9081526002909252604090912082518154919290918391166001836004811115612a2a57612a2a613e8e565b0217905550602091820151815460089190911c6101000260ff909116179055612a7d90612a59908a018a61473a565b612a6b6101408b016101208c0161473a565b611bcc6101608c016101408d0161512d565b600192505f612a936101008a0160e08b0161473a565b6001600160a01b031614612b30576060612abb8988612ab560408c018c6153f5565b5f612116565b909450905083612b2e5786515f9081526002602052604090819020805460ff191660031790558751907fd74a424f49b154b1a5f6d44fb6724573a5ac7cb95580c3e147de180b8ed26e9a908990612b14908c018c6153f5565b85604051612b2594939291906154be565b60405180910390a25b505b6001600160a01b038416612b4760208a018a61473a565b87516060808a01516080808c015160a0808e01516040805195865267ffffffffffffffff93841660208701529216918401919091523393830193909352881515908201526001600160a01b0393909316927f3f069155488332d5c2b9260d835d43cf56a64753573e4dcbc778c92a71587ccd910160405180910390a4505095945050505050565b5f807f21b4c6ee8a3153262cb6405647d02cd8d41f5513efea330f16e4093558229cee612bfe602085018561471f565b6020850135612c13606087016040880161471f565b60408051602081019590955267ffffffffffffffff93841690850152606084019190915216608082015260a0016040516020818303038152906040528051906020012090506128e3612c827f5edc28ea5a96d5822bc933697bf19e5e1df2a52b9e33dcc30d00cb7199d2b37a90565b604080516119015f526020929092528381526042601e2091905290565b5f612cb88585612cb361024082018261486d565b61228b565b90505f612cc4826123a2565b9050612d0a612cf1612cd46123de565b604080516119015f526020929092528481526042601e2091905290565b60a0840151612d0461026089018961553b565b88613a53565b612d2485612d1c61024082018261486d565b8484876128ea565b50505050505050565b5f612da9604080516101e0810182525f60e082018181526101008301829052835160a0810185528281526020810183905293840182905260608401829052608084018290526101208301939093526101408201819052610160820181905261018082018190526101a082018190526101c0820152908190613dea565b612db287612eae565b5f612dc062278d004261511a565b9050428467ffffffffffffffff16118015612de55750808467ffffffffffffffff1611155b612df042600161511a565b8286909192612e46576040517f87f2ccc70000000000000000000000000000000000000000000000000000000081526004810193909352602483019190915267ffffffffffffffff166044820152606401610628565b50612e899150612e6090506101408a016101208b0161473a565b612e726101608b016101408c0161512d565b6fffffffffffffffffffffffffffffffff1661315d565b612e9f883387612e998b8b6132a5565b886134c7565b92509250509550959350505050565b604081015f80612ec1606085018461473a565b6001600160a01b031614158015612edb5750602082013515155b8015612eea5750604082013515155b8015612f085750612f0160808301606084016154a5565b61ffff1615155b8015612f285750612f1f60a0830160808401615148565b63ffffffff1615155b90508181612f63576040517fd167a0dc000000000000000000000000000000000000000000000000000000008152600401610628919061559f565b505f612f776101808501610160860161473a565b6001600160a01b031603612fb7576040517fd92e233d00000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b5f80612fca610100860160e0870161473a565b6001600160a01b031614612fe15762989680612fe3565b5f5b90505f81612ff96101208701610100880161471f565b67ffffffffffffffff161115801561304d575061301e6101208601610100870161471f565b67ffffffffffffffff1615158061304d57505f613042610100870160e0880161473a565b6001600160a01b0316145b905080826130636101208801610100890161471f565b90916130ae576040517f67f04d5e000000000000000000000000000000000000000000000000000000008152600481019290925267ffffffffffffffff166024820152604401610628565b50506130b985613354565b5050505050565b5f6130d16040830160208401615148565b63ffffffff16158015906130f957506130f06060830160408401615148565b63ffffffff1615155b801561311d575062278d006131146060840160408501615148565b63ffffffff1611155b90508181613158576040517fc95faeed00000000000000000000000000000000000000000000000000000000815260040161062891906155ad565b505050565b5f6001600160a01b03831615613173575f613175565b815b905080348082146131bb576040517f626ade3000000000000000000000000000000000000000000000000000000000815260048101929092526024820152604401610628565b50506001600160a01b0383166131d057505050565b604051336024820152306044820152606481018390525f9061324e90859060840160408051601f198184030181529190526020810180517bffffffffffffffffffffffffffffffffffffffffffffffffffffffff167f23b872dd00000000000000000000000000000000000000000000000000000000179052613673565b9050838382818114612d24576040517fcf3e13520000000000000000000000000000000000000000000000000000000081526001600160a01b03909316600484015260248301919091526044820152606401610628565b5f8181036132df576040517f2d32f2e700000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b6128e36132ec83856155bb565b613ac8565b5f5f6132fc83611403565b5f81815260056020526040902080549193509150829060ff1661334e576040517f8ed1a6aa00000000000000000000000000000000000000000000000000000000815260040161062891815260200190565b50915091565b5f61339e613365602084018461473a565b602084013561337c6101408601610120870161473a565b61338c606087016040880161473a565b6103d66101208801610100890161471f565b9050806133b36101608401610140850161512d565b6fffffffffffffffffffffffffffffffff161015816133da6101608501610140860161512d565b909161342d576040517f0cbe2bf200000000000000000000000000000000000000000000000000000000815260048101929092526fffffffffffffffffffffffffffffffff166024820152604401610628565b50505050565b5f80613442602084018461471f565b6134569067ffffffffffffffff1642614d88565b90505f6134696040850160208601615148565b6134799063ffffffff16836153bd565b61348490600161511a565b90506134966040850160208601615148565b6134a69063ffffffff1682615103565b6134b3602086018661471f565b67ffffffffffffffff16610a8f919061511a565b5f613543604080516101e0810182525f60e082018181526101008301829052835160a0810185528281526020810183905293840182905260608401829052608084018290526101208301939093526101408201819052610160820181905261018082018190526101a082018190526101c0820152908190613dea565b6040518060e001604052808880360381019061355f9190614c4c565b8152602001876001600160a01b031681526020018681526020018581526020018467ffffffffffffffff16815260200160015f81819054906101000a900467ffffffffffffffff166135b090614d5c565b825467ffffffffffffffff9182166101009390930a838102920219161790915581526020016135e0600143614d88565b4081525090504630826040516020016135fb939291906156a0565b60408051808303601f1901815291815281516020928301205f81815260029093529120805460ff1916600117905597909650945050505050565b6001600160a01b038084165f908152602081815260408083209386168352929052908120805483929061366990849061511a565b9091555050505050565b5f60ff815c16156136b0576040517f5865249e00000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b60015f805c60ff19168217905d506040517f70a082310000000000000000000000000000000000000000000000000000000081523060048201525f906001600160a01b038516906370a0823190602401602060405180830381865afa15801561371b573d5f5f3e3d5ffd5b505050506040513d601f19601f8201168201806040525081019061373f9190614590565b90505f5f856001600160a01b03168560405161375b91906156c4565b5f604051808303815f865af19150503d805f8114613794576040519150601f19603f3d011682016040523d82523d5f602084013e613799565b606091505b50915091505f81515f14806137c3575060208251101580156137c357506137bf826156da565b6001145b90508280156137cf5750805b8790613813576040517f2b596cb70000000000000000000000000000000000000000000000000000000081526001600160a01b039091166004820152602401610628565b506040517f70a0823100000000000000000000000000000000000000000000000000000000815230600482015284906001600160a01b038916906370a0823190602401602060405180830381865afa158015613871573d5f5f3e3d5ffd5b505050506040513d601f19601f820116820180604052508101906138959190614590565b0394505f60ff19815c16815d505050505092915050565b60603d61010081106138c0576101006138c2565b805b67ffffffffffffffff8111156138da576138da6145a7565b6040519080825280601f01601f191660200182016040528015613904576020820181803683370190505b50915081515f602084013e5090565b5f5f61392184846020613b38565b90505f5b81811015613a4b575f61394e868661393e856020615103565b61394990604061511a565b613b38565b61395990604061511a565b90505f613967878784613b38565b613971908361511a565b90505f61397f888884613b38565b61398a83602061511a565b613994919061511a565b90508087808211156139db576040517f956abc8e00000000000000000000000000000000000000000000000000000000815260048101929092526024820152604401610628565b5086905088886139ec85602061511a565b6139f8928592906156fd565b604051613a06929190614581565b604051908190038120613a259291602001918252602082015260400190565b604051602081830303815290604052805190602001209550505050806001019050613925565b505092915050565b8367ffffffffffffffff165f03613a96576040517f8243f43000000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b6130b98567ffffffffffffffff86168585613ab4602087018761471f565b67ffffffffffffffff168660200135613b95565b5f805b8251811015613b325781838281518110613ae757613ae7614804565b602002602001015180519060200120604051602001613b10929190918252602082015260400190565b60408051601f1981840301815291905280516020909101209150600101613acb565b50919050565b82810135602082018310604082901c1715828482613b8b576040517f956abc8e00000000000000000000000000000000000000000000000000000000815260048101929092526024820152604401610628565b5050509392505050565b5f5f5f5f528760205260205f6021601f60025afa5f513d6020149091169250905081613bed576040517fc176b3c500000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b613bfb818888888888613c05565b5050505050505050565b8482808210613c49576040517fd206c01200000000000000000000000000000000000000000000000000000000815260048101929092526024820152604401610628565b5060019050865f613c5a8386614d88565b9050604051888760051b8901895b5f85118282101615613cf05760015f5360018316838614178015613cb4578135600152866021525b5f841160018516151615613caf578360011c93508560011c9550613c90565b613cbe565b8660015281356021525b508260011c92508460011c945060205f60415f60025afa8716965060203d14871696505f519550602081019050613c68565b81811015613cfd57600194505b50505060405282613d3a576040517fc176b3c500000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b8785878315613d86576040517f79ed90f8000000000000000000000000000000000000000000000000000000008152600481019390935260248301919091526044820152606401610628565b50505083821484839091613dcf576040517f7c532e3100000000000000000000000000000000000000000000000000000000815260048101929092526024820152604401610628565b5050505050505050505050565b6040805160e08101909152805f5b81525f6020820181905260408201819052606082018190526080820181905260a0820181905260c09091015290565b6001600160a01b0381168114613e2d575f5ffd5b50565b8035613e3b81613e19565b919050565b5f5f60408385031215613e51575f5ffd5b8235613e5c81613e19565b91506020830135613e6c81613e19565b809150509250929050565b5f60208284031215613e87575f5ffd5b5035919050565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52602160045260245ffd5b60058110613ecb57613ecb613e8e565b9052565b602081016105af8284613ebb565b5f6102408284031215613b32575f5ffd5b5f60c08284031215613b32575f5ffd5b5f5f83601f840112613f0e575f5ffd5b50813567ffffffffffffffff811115613f25575f5ffd5b602083019150836020828501011115613f3c575f5ffd5b9250929050565b5f5f5f5f6103208587031215613f57575f5ffd5b613f618686613edd565b9350613f71866102408701613eee565b925061030085013567ffffffffffffffff811115613f8d575f5ffd5b613f9987828801613efe565b95989497509550505050565b5f60608284031215613b32575f5ffd5b5f5f5f5f6102808587031215613fc9575f5ffd5b613fd38686613edd565b935061024085013567ffffffffffffffff811115613fef575f5ffd5b613ffb87828801613fa5565b93505061026085013567ffffffffffffffff811115613f8d575f5ffd5b8151151581526020808301516fffffffffffffffffffffffffffffffff169082015260408083015167ffffffffffffffff1690820152606081016105af565b5f5f83601f840112614067575f5ffd5b50813567ffffffffffffffff81111561407e575f5ffd5b6020830191508360208260051b8501011115613f3c575f5ffd5b5f5f5f5f5f60a086880312156140ac575f5ffd5b853567ffffffffffffffff8111156140c2575f5ffd5b6140ce88828901614057565b90965094506140e290508760208801613fa5565b9250608086013567ffffffffffffffff8111156140fd575f5ffd5b61410988828901613efe565b969995985093965092949392505050565b5f6101808284031215613b32575f5ffd5b67ffffffffffffffff81168114613e2d575f5ffd5b8035613e3b8161412b565b5f5f5f5f5f5f5f610200888a031215614162575f5ffd5b61416c898961411a565b965061018088013567ffffffffffffffff811115614188575f5ffd5b6141948a828b01614057565b9097509550506101a088013593506101c088013567ffffffffffffffff8111156141bc575f5ffd5b6141c88a828b01613efe565b9094509250506101e08801356141dd8161412b565b8091505092959891949750929550565b5f5f5f5f5f5f6101e08789031215614203575f5ffd5b61420d888861411a565b955061018087013567ffffffffffffffff811115614229575f5ffd5b61423589828a01614057565b9096509450506101a087013567ffffffffffffffff811115614255575f5ffd5b61426189828a01613efe565b9094509250506101c08701356142768161412b565b809150509295509295509295565b6fffffffffffffffffffffffffffffffff81168114613e2d575f5ffd5b8035613e3b81614284565b5f5f5f5f5f5f5f5f5f5f6102808b8d0312156142c6575f5ffd5b6142d08c8c61411a565b99506142e08c6101808d01613fa5565b98506101e08b013567ffffffffffffffff8111156142fc575f5ffd5b6143088d828e01614057565b9099509750506102008b013595506102208b013567ffffffffffffffff811115614330575f5ffd5b61433c8d828e01613efe565b9096509450506102408b013567ffffffffffffffff81111561435c575f5ffd5b6143688d828e01613efe565b9094509250506102608b013561437d81614284565b809150509295989b9194979a5092959850565b5f6102808284031215613b32575f5ffd5b5f5f6102a083850312156143b3575f5ffd5b6143bd8484614390565b9150610280830135613e6c81614284565b5f61028082840312156143df575f5ffd5b6128e38383614390565b5f60c082840312156143f9575f5ffd5b6128e38383613eee565b5f5f5f5f5f60a08688031215614417575f5ffd5b853561442281613e19565b945060208601359350604086013561443981613e19565b9250606086013561444981613e19565b915060808601356144598161412b565b809150509295509295909350565b5f5f5f5f6080858703121561447a575f5ffd5b843561448581613e19565b935060208501359250604085013561449c81613e19565b915060608501356144ac81613e19565b939692955090935050565b5f5f602083850312156144c8575f5ffd5b823567ffffffffffffffff8111156144de575f5ffd5b6144ea85828601613efe565b90969095509350505050565b5f6102408284031215614507575f5ffd5b6128e38383613edd565b5f5f5f5f60c08587031215614524575f5ffd5b84359350602085013561453681613e19565b9250604085013561454681613e19565b91506145558660608701613fa5565b905092959194509250565b838152606081016145746020830185613ebb565b610a8f6040830184613ebb565b818382375f9101908152919050565b5f602082840312156145a0575f5ffd5b5051919050565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52604160045260245ffd5b60405160e0810167ffffffffffffffff811182821017156145f7576145f76145a7565b60405290565b604051610100810167ffffffffffffffff811182821017156145f7576145f76145a7565b604051601f8201601f1916810167ffffffffffffffff8111828210171561464a5761464a6145a7565b604052919050565b5f60c0828403128015614663575f5ffd5b5060405160c0810167ffffffffffffffff81118282101715614687576146876145a7565b6040908152833582526020808501359083015283810135908201526060808401359082015260808301356146ba8161412b565b608082015260a08301356146cd8161412b565b60a08201529392505050565b5f81518084528060208401602086015e5f602082860101526020601f19601f83011685010191505092915050565b828152604060208201525f610a8f60408301846146d9565b5f6020828403121561472f575f5ffd5b81356128e38161412b565b5f6020828403121561474a575f5ffd5b81356128e381613e19565b805160ff81168114613e3b575f5ffd5b8051613e3b81613e19565b8051613e3b8161412b565b5f60e082840312801561478c575f5ffd5b506147956145d4565b8251600481106147a3575f5ffd5b81526147b160208401614755565b60208201526147c260408401614765565b604082015260608381015190820152608080840151908201526147e760a08401614770565b60a08201526147f860c08401614770565b60c08201529392505050565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52603260045260245ffd5b5f82357ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffd81833603018112614863575f5ffd5b9190910192915050565b5f82357fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa1833603018112614863575f5ffd5b7f4e487b71000000000000000000000000000000000000000000000000000000005f52601160045260245ffd5b5f5f1982036148dd576148dd61489f565b5060010190565b6001600160a01b0381511682526020810151602083015260408101516001600160a01b038151166040840152602081015160608401526040810151608084015261ffff60608201511660a084015263ffffffff60808201511660c084015250606081015161495d60e08401826001600160a01b03169052565b50608081015167ffffffffffffffff1661010083015260a08101516001600160a01b0390811661012084015260c08201516fffffffffffffffffffffffffffffffff1661014084015260e0909101511661016090910152565b6149c18282516148e4565b60208101516001600160a01b031661018083015260408101516101a083015260608101516101c0830152608081015167ffffffffffffffff9081166101e084015260a08201511661020083015260c0015161022090910152565b81835281816020850137505f602082840101525f6020601f19601f840116840101905092915050565b5f8383855260208501945060208460051b820101835f7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe1863603015b87821015614aee57601f198585030189528235818112614a9e575f5ffd5b870160208101903567ffffffffffffffff811115614aba575f5ffd5b803603821315614ac8575f5ffd5b614ad3868284614a1b565b95505050602083019250602089019850600182019150614a80565b5091979650505050505050565b614b0581876149b6565b6102a06102408201525f614b1e6102a083018688614a44565b828103806102608501525f82526020810161028085015250614b44602082018587614a1b565b98975050505050505050565b614b5a81876149b6565b6102a06102408201525f614b736102a083018688614a44565b828103610260840152614b87818587614a1b565b8381036102809094019390935250505f815260200195945050505050565b803561ffff81168114613e3b575f5ffd5b803563ffffffff81168114613e3b575f5ffd5b5f60a08284031215614bd9575f5ffd5b60405160a0810167ffffffffffffffff81118282101715614bfc57614bfc6145a7565b6040529050808235614c0d81613e19565b81526020838101359082015260408084013590820152614c2f60608401614ba5565b6060820152614c4060808401614bb6565b60808201525092915050565b5f610180828403128015614c5e575f5ffd5b50614c676145fd565b614c7083613e30565b815260208381013590820152614c898460408501614bc9565b6040820152614c9a60e08401613e30565b6060820152614cac6101008401614140565b6080820152614cbe6101208401613e30565b60a0820152614cd061014084016142a1565b60c0820152614ce26101608401613e30565b60e08201529392505050565b5f6060828403128015614cff575f5ffd5b506040516060810167ffffffffffffffff81118282101715614d2357614d236145a7565b6040528235614d318161412b565b8152614d3f60208401614bb6565b6020820152614d5060408401614bb6565b60408201529392505050565b5f67ffffffffffffffff821667ffffffffffffffff8103614d7f57614d7f61489f565b60010192915050565b818103818111156105af576105af61489f565b614da68282516148e4565b6001600160a01b0360208201511661018083015260408101516101a083015260608101516101c0830152608081015167ffffffffffffffff8151166101e084015263ffffffff60208201511661020084015263ffffffff6040820151166102208401525060a0810151614e2661024084018267ffffffffffffffff169052565b5060c001516102609190910152565b848152602081018490526001600160a01b03831660408201526102e081016116616060830184614d9b565b614e6a818a614d9b565b6fffffffffffffffffffffffffffffffff88166102808201526103006102a08201525f614e9c6103008301888a614a44565b8281036102c0840152614eb0818789614a1b565b90508281036102e0840152614ec6818587614a1b565b9b9a5050505050505050505050565b6fffffffffffffffffffffffffffffffff81811683821601908111156105af576105af61489f565b8035614f0881613e19565b6001600160a01b03168252602081810135908301526040808201359083015261ffff614f3660608301614ba5565b16606083015263ffffffff614f4d60808301614bb6565b1660808301525050565b8035614f628161412b565b67ffffffffffffffff16825263ffffffff614f7f60208301614bb6565b16602083015263ffffffff614f9660408301614bb6565b1660408301525050565b848152602081018490526001600160a01b03831660408201526102e081018235614fc981613e19565b6001600160a01b0316606083015260208301356080830152614ff160a0830160408501614efd565b60e0830135614fff81613e19565b6001600160a01b031661014083015261501b6101008401614140565b67ffffffffffffffff166101608301526150386101208401613e30565b6001600160a01b031661018083015261505461014084016142a1565b6fffffffffffffffffffffffffffffffff166101a08301526150796101608401613e30565b6001600160a01b03166101c08301526150956101808401613e30565b6001600160a01b0381166101e0840152506101a08301356102008301526101c08301356102208301526150d061024083016101e08501614f57565b6150dd6102408401614140565b67ffffffffffffffff166102a083015261026092909201356102c0909101529392505050565b80820281158282048414176105af576105af61489f565b808201808211156105af576105af61489f565b5f6020828403121561513d575f5ffd5b81356128e381614284565b5f60208284031215615158575f5ffd5b6128e382614bb6565b5f6102a0820161517183866149b6565b6102a06102408401528084518083526102c0850191506102c08160051b8601019250602086015f5b828110156151e8577ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffd408786030184526151d38583516146d9565b94506020938401939190910190600101615199565b505050508281036102608401525f8152602081018381036102808501525f8152905060208101611661565b602081525f610a8f602083018486614a1b565b8015158114613e2d575f5ffd5b813561523e81615226565b8154602084013561524e81614284565b604085013561525c8161412b565b78ffffffffffffffff00000000000000000000000000000000008160881b1660ff851515167fffffffffffffff0000000000000000000000000000000000000000000000000085161770ffffffffffffffffffffffffffffffff008460081b1617178555505050505050565b6001600160a01b03831681526080810182356152e381615226565b80151560208401525060208301356152fa81614284565b6fffffffffffffffffffffffffffffffff811660408401525060408301356153218161412b565b67ffffffffffffffff81166060840152509392505050565b6001600160a01b038516815261539b60208201858051825260208101516020830152604081015160408301526060810151606083015267ffffffffffffffff608082015116608083015267ffffffffffffffff60a08201511660a08301525050565b61010060e08201525f6153b361010083018486614a1b565b9695505050505050565b5f826153f0577f4e487b71000000000000000000000000000000000000000000000000000000005f52601260045260245ffd5b500490565b5f5f83357fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe1843603018112615428575f5ffd5b83018035915067ffffffffffffffff821115615442575f5ffd5b602001915036819003821315613f3c575f5ffd5b5f5f60408385031215615467575f5ffd5b505080516020909101519092909150565b6001600160a01b0383168152604081016004831061549857615498613e8e565b8260208301529392505050565b5f602082840312156154b5575f5ffd5b6128e382614ba5565b61551181868051825260208101516020830152604081015160408301526060810151606083015267ffffffffffffffff608082015116608083015267ffffffffffffffff60a08201511660a08301525050565b61010060c08201525f61552961010083018587614a1b565b82810360e084015261165d81856146d9565b5f5f83357fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe184360301811261556e575f5ffd5b83018035915067ffffffffffffffff821115615588575f5ffd5b6020019150600581901b3603821315613f3c575f5ffd5b60a081016105af8284614efd565b606081016105af8284614f57565b5f67ffffffffffffffff8311156155d4576155d46145a7565b8260051b6155e460208201614621565b848152908301906020810190368311156155fc575f5ffd5b845b8381101561569657803567ffffffffffffffff81111561561c575f5ffd5b860136601f82011261562c575f5ffd5b803567ffffffffffffffff811115615646576156466145a7565b6156596020601f19601f84011601614621565b81815236602083850101111561566d575f5ffd5b816020840160208301375f602083830101528086525050506020830192506020810190506155fe565b5095945050505050565b8381526001600160a01b03831660208201526102808101610a8f60408301846149b6565b5f82518060208501845e5f920191825250919050565b80516020808301519190811015613b32575f1960209190910360031b1b16919050565b5f5f8585111561570b575f5ffd5b83861115615717575f5ffd5b505082019391909203915056' as const
