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

export const inferenceCoprocessorBytecode = '0x60e060405234801561000f575f5ffd5b504660808181523060a0818152604080517f8b73c3c69bb8fe3d512ecc4cf759cc79239f7b179b0ffacaa9a75d522b39400f81527f98ecbb992beaab2a5bcf7892cfa7cdf04b8e0762a64c98ee70b3d6eacf54df6360208201527fc89efdaa54c0f20c7adf612882df0950f5a951637e0307cdcb4c672f298b8bc691810191909152606081019490945291830152902060c05260805160a05160c05161592e6100cc5f395f61242d01525f61240301525f6123d0015261592e5ff3fe608060405260043610610183575f3560e01c8063746688d9116100d1578063c6a9632c1161007c578063eac9c78211610057578063eac9c7821461052e578063f154c6e81461054d578063f940e3851461056c575f5ffd5b8063c6a9632c146104d1578063dc587c3f146104f0578063e3b73bc61461050f575f5ffd5b806392fac98c116100ac57806392fac98c146103db578063abe366841461049c578063bb0499e3146104b2575f5ffd5b8063746688d91461037e5780637d0fb7f01461039d57806391791ac6146103bc575f5ffd5b8063436edcdd11610131578063669b09eb1161010c578063669b09eb1461034557806368f56930146103585780636a5dcb2c1461036b575f5ffd5b8063436edcdd1461027057806354b73a6914610313578063665f745414610332575f5ffd5b806329af74111161016157806329af74111461021557806330247d9c1461022b578063423644a11461025a575f5ffd5b8063035ec5841461018757806305b90773146101b9578063115d556f146101f4575b5f5ffd5b348015610192575f5ffd5b506101a66101a1366004613f0c565b61058b565b6040519081526020015b60405180910390f35b3480156101c4575f5ffd5b506101e76101d3366004613f43565b5f9081526002602052604090205460ff1690565b6040516101b09190613f9b565b3480156101ff575f5ffd5b5061021361020e36600461400f565b6105b5565b005b348015610220575f5ffd5b506101a66298968081565b348015610236575f5ffd5b5061024a610245366004614081565b6107df565b60405190151581526020016101b0565b348015610265575f5ffd5b506101a662278d0081565b34801561027b575f5ffd5b5061030661028a366004613f43565b60408051606080820183525f80835260208084018290529284018190529384526005825292829020825193840183525460ff81161515845261010081046fffffffffffffffffffffffffffffffff169184019190915271010000000000000000000000000000000000900467ffffffffffffffff169082015290565b6040516101b091906140e4565b34801561031e575f5ffd5b506101a661032d366004614164565b610a97565b6101a6610340366004614217565b610d42565b6101a66103533660046142b9565b610e3c565b6101a6610366366004614378565b610f84565b61021361037936600461446d565b611323565b348015610389575f5ffd5b506101a661039836600461449a565b611403565b3480156103a8575f5ffd5b5061024a6103b73660046144b5565b611458565b3480156103c7575f5ffd5b506101a66103d63660046144cf565b611520565b3480156103e6575f5ffd5b506103066103f5366004614533565b60408051606080820183525f80835260208084018290529284018190526001600160a01b03978816815260038352838120968152958252828620948716865293815281852092909516845290845291829020825191820183525460ff81161515825261010081046fffffffffffffffffffffffffffffffff16938201939093527101000000000000000000000000000000000090920467ffffffffffffffff169082015290565b3480156104a7575f5ffd5b506101a6620493e081565b3480156104bd575f5ffd5b506101a66104cc36600461449a565b61166a565b3480156104dc575f5ffd5b506102136104eb366004614583565b611a1d565b3480156104fb575f5ffd5b506101a661050a3660046145c2565b611a64565b34801561051a575f5ffd5b506102136105293660046145c2565b611a7a565b348015610539575f5ffd5b5061021361054836600461449a565b611c69565b348015610558575f5ffd5b506102136105673660046145dd565b611dce565b348015610577575f5ffd5b506101a6610586366004613f0c565b611e67565b6001600160a01b038083165f90815260208181526040808320938516835292905220545b92915050565b5f6105bf85611a64565b5f8181526002602052604090205490915060ff1660038160048111156105e7576105e7613f5a565b1482600383909192610631576040517f639c0a860000000000000000000000000000000000000000000000000000000081526004016106289392919061462c565b60405180910390fd5b505f91505085358314801561064a575061064a86611458565b90508281610687576040517fa8b1cde300000000000000000000000000000000000000000000000000000000815260040161062891815260200190565b505f6002868660405161069b92919061464d565b602060405180830381855afa1580156106b6573d5f5f3e3d5ffd5b5050506040513d601f19601f820116820180604052508101906106d9919061465c565b9050606087013581818114610723576040517f6eaf2e0300000000000000000000000000000000000000000000000000000000815260048101929092526024820152604401610628565b50505f8481526002602081905260408220805460ff191690911790558061075c8a610753368c90038c018c61471e565b8a8a600161210b565b909250905085818361079c576040517f437376bc0000000000000000000000000000000000000000000000000000000081526004016106289291906147d3565b505060405133815286907f3cf062c41b44a0c65ef00735ed977640166abfc75401e6afe6099fe1003b90fe9060200160405180910390a250505050505050505050565b5f5f6107ea86611a64565b5f8181526002602052604090205490915060ff16600181600481111561081257610812613f5a565b1482600183909192610853576040517f639c0a860000000000000000000000000000000000000000000000000000000081526004016106289392919061462c565b5061086991505061020088016101e089016147eb565b67ffffffffffffffff16421115826108896102008a016101e08b016147eb565b90916108d4576040517f7fa06769000000000000000000000000000000000000000000000000000000008152600481019290925267ffffffffffffffff166024820152604401610628565b50505f6108e2838989612280565b90505f6108ee82612399565b90505f61095761091c6108ff6123cd565b604080516119015f526020929092528581526042601e2091905290565b89898080601f0160208091040260200160405190810160405280939291908181526020018383808284375f920191909152506124d892505050565b90506109f660408b018261096e60608e0183614806565b6040517f97815d4e0000000000000000000000000000000000000000000000000000000081526001600160a01b03868116600483015291909116906397815d4e9060240160e060405180830381865afa1580156109cd573d5f5f3e3d5ffd5b505050506040513d601f19601f820116820180604052508101906109f19190614847565b6126b1565b5f610a0360408c01612895565b905080610a1360208c018c6147eb565b67ffffffffffffffff161015610a2c60208c018c6147eb565b829091610a77576040517fbd2b0cca00000000000000000000000000000000000000000000000000000000815267ffffffffffffffff90921660048301526024820152604401610628565b5050610a868b8b8686866128d2565b96505050505050505b949350505050565b5f5f610ae0610aa586612bb6565b85858080601f0160208091040260200160405190810160405280939291908181526020018383808284375f920191909152506124d892505050565b90505f610aeb613ea8565b5f5b88811015610d3557368a8a83818110610b0857610b086148d0565b9050602002810190610b1a91906148fd565b90505f610b2682611a64565b5f8181526002602052604081205491925060ff90911690610b4f61020085016101e086016147eb565b67ffffffffffffffff16421180610bba5750610b6d60408501612895565b8e8e87818110610b7f57610b7f6148d0565b9050602002810190610b9191906148fd565b610ba090610240810190614939565b610bae9060208101906147eb565b67ffffffffffffffff16105b90508080610bda57506001826004811115610bd757610bd7613f5a565b14155b15610c2057827f3d59bf106af0296ca558e6ac438ce23aca7c36a652cea17fe2c30f66c8e3d8d283604051610c0f9190613f9b565b60405180910390a250505050610d2d565b6001600160a01b038716610c3a6060860160408701614806565b6001600160a01b031614610ce057610c586060850160408601614806565b6040517f97815d4e0000000000000000000000000000000000000000000000000000000081526001600160a01b038a81166004830152919850908816906397815d4e9060240160e060405180830381865afa158015610cb9573d5f5f3e3d5ffd5b505050506040513d601f19601f82011682018060405250810190610cdd9190614847565b95505b610cee6040850189886126b1565b610d1d838f8f88818110610d0457610d046148d0565b9050602002810190610d1691906148fd565b8e8b612c87565b610d2689614998565b9850505050505b600101610aed565b5050505095945050505050565b5f610dbe604080516101e0810182525f60e082018181526101008301829052835160a0810185528281526020810183905293840182905260608401829052608084018290526101208301939093526101408201819052610160820181905261018082018190526101a082018190526101c0820152908190613eb6565b610dcb8989898987612d15565b9092509050610ddd60208a018a614806565b6001600160a01b0316336001600160a01b0316837fcaa75d884fcbc47f0b9cd33a326b8614ffe973bda81714f4fe17508f94c50b99848c8c8b8b604051610e28959493929190614bc7565b60405180910390a450979650505050505050565b5f610eb8604080516101e0810182525f60e082018181526101008301829052835160a0810185528281526020810183905293840182905260608401829052608084018290526101208301939093526101408201819052610160820181905261018082018190526101a082018190526101c0820152908190613eb6565b610f1488888860028989604051610ed092919061464d565b602060405180830381855afa158015610eeb573d5f5f3e3d5ffd5b5050506040513d601f19601f82011682018060405250810190610f0e919061465c565b87612d15565b9092509050610f266020890189614806565b6001600160a01b0316336001600160a01b0316837fcaa75d884fcbc47f0b9cd33a326b8614ffe973bda81714f4fe17508f94c50b99848b8b8b8b604051610f71959493929190614c1c565b60405180910390a4509695505050505050565b5f610f8e8b612e96565b610f978a6130a8565b8415611084578660028787604051610fb092919061464d565b602060405180830381855afa158015610fcb573d5f5f3e3d5ffd5b5050506040513d601f19601f82011682018060405250810190610fee919061465c565b14876002888860405161100292919061464d565b602060405180830381855afa15801561101d573d5f5f3e3d5ffd5b5050506040513d601f19601f82011682018060405250810190611040919061465c565b9091611081576040517f6314530500000000000000000000000000000000000000000000000000000000815260048101929092526024820152604401610628565b50505b6110b16110996101408d016101208e01614806565b836fffffffffffffffffffffffffffffffff16613145565b5f6040518060e001604052808d8036038101906110ce9190614d18565b8152336020820152604081018a90526060016110ea8c8c61328d565b81526020016110fe368e90038e018e614dba565b8152600480546020909201915f9061111f9067ffffffffffffffff16614e28565b825467ffffffffffffffff9182166101009390930a8381029202191617909155815260200161114f600143614e54565b4081525090507fb79853446f9b8c8b795da68e7350f49ef2b73cae20498f1ea81b180415013ef946308360405160200161118c9493929190614f01565b60408051601f198184030181528282528051602091820120606084018352600184526fffffffffffffffffffffffffffffffff8716848301529450908201906111d7908e018e6147eb565b67ffffffffffffffff9081169091525f848152600560209081526040918290208451815486840151969094015190941671010000000000000000000000000000000000027fffffffffffffff0000000000000000ffffffffffffffffffffffffffffffffff6fffffffffffffffffffffffffffffffff909616610100027fffffffffffffffffffffffffffffff00000000000000000000000000000000ff951515959095167fffffffffffffffffffffffffffffff00000000000000000000000000000000009094169390931793909317939093161790556112bb908d018d614806565b6001600160a01b0316336001600160a01b0316837f63c644e63d08b1d0c07503848d1c1900c239b5ba13b3b303cce04877db64588384878f8f8e8e8e8e60405161130c989796959493929190614f2c565b60405180910390a4509a9950505050505050505050565b61135061133861014084016101208501614806565b826fffffffffffffffffffffffffffffffff16613145565b5f5f61135b846132d9565b805491935091508390829060019061138b90849061010090046fffffffffffffffffffffffffffffffff16614fa1565b82546fffffffffffffffffffffffffffffffff91821661010093840a9081029083021990911617909255835460408051888516815292909104909216602082015233925084917fb91b9eeb2437c0c8a01da99b518cf26f32f502dcbab3a84944eee7770808a75391015b60405180910390a350505050565b5f7fb79853446f9b8c8b795da68e7350f49ef2b73cae20498f1ea81b180415013ef946308460405160200161143b9493929190615138565b604051602081830303815290604052805190602001209050919050565b80355f908152600260205260408082208151808301909252805483929190829060ff16600481111561148c5761148c613f5a565b600481111561149d5761149d613f5a565b81529054610100900460081b60ff191660209091015290505f6002825160048111156114cb576114cb613f5a565b14806114e957506003825160048111156114e7576114e7613f5a565b145b9050808015610a8f575061150a6115053686900386018661471e565b612399565b60ff1916826020015160ff191614949350505050565b6001600160a01b038581165f90815260036020908152604080832088845282528083208785168452825280832093861683529281528282208351606081018552905460ff8116151580835261010082046fffffffffffffffffffffffffffffffff169383019390935271010000000000000000000000000000000000900467ffffffffffffffff16938101939093529091908790879087908790611614576040517fee2e003f0000000000000000000000000000000000000000000000000000000081526001600160a01b039485166004820152602481019390935290831660448301529091166064820152608401610628565b505050508267ffffffffffffffff16816040015167ffffffffffffffff1661163c91906151e3565b81602001516fffffffffffffffffffffffffffffffff1661165d91906151fa565b9150505b95945050505050565b5f5f5f611676846132d9565b8054919350915071010000000000000000000000000000000000900467ffffffffffffffff168281428111156116eb576040517ff75c66d7000000000000000000000000000000000000000000000000000000008152600481019290925267ffffffffffffffff166024820152604401610628565b50508154859061010090046fffffffffffffffffffffffffffffffff1661171a6101608301610140840161520d565b6fffffffffffffffffffffffffffffffff9081169082161015856117466101608501610140860161520d565b839091926117a3576040517fe886e94a00000000000000000000000000000000000000000000000000000000815260048101939093526fffffffffffffffffffffffffffffffff9182166024840152166044820152606401610628565b5050506117af8261333c565b6117c16101608301610140840161520d565b90036117d06101e0880161341b565b84547fffffffffffffff000000000000000000000000000000000000000000000000ff167101000000000000000000000000000000000067ffffffffffffffff8316027fffffffffffffffffffffffffffffff00000000000000000000000000000000ff16176101006fffffffffffffffffffffffffffffffff84160217855592506118cd604080516101e0810182525f60e082018181526101008301829052835160a0810185528281526020810183905293840182905260608401829052608084018290526101208301939093526101408201819052610160820181905261018082018190526101a082018190526101c0820152908190613eb6565b611916836118e36101a08b016101808c01614806565b6101a08b01356101c08c01356119016102408e016102208f01615228565b6119119063ffffffff16426151fa565b6134af565b90975090506119286020840184614806565b6001600160a01b03166119436101a08a016101808b01614806565b6001600160a01b0316887fcaa75d884fcbc47f0b9cd33a326b8614ffe973bda81714f4fe17508f94c50b99845f6040519080825280602002602001820160405280156119a357816020015b606081526020019060019003908161198e5790505b506040516119b2929190615241565b60405180910390a4604080516fffffffffffffffffffffffffffffffff8416815267ffffffffffffffff86166020820152889188917fb641fc385284399949bbf246c2af2418aff5e105877eb33b66060a089d64a5ba910160405180910390a3505050505050919050565b336001600160a01b03167f9f0de6eec703f0d4940ccba0b7687e9e7b4ed4b02f3ab2b6dfd621540dddc58b8383604051611a589291906152f3565b60405180910390a25050565b5f46308360405160200161143b93929190615306565b5f611a8482611a64565b5f8181526002602052604090205490915060ff166001816004811115611aac57611aac613f5a565b1482600183909192611aed576040517f639c0a860000000000000000000000000000000000000000000000000000000081526004016106289392919061462c565b50611b0391505061020084016101e085016147eb565b67ffffffffffffffff16421182611b2261020086016101e087016147eb565b9091611b6d576040517fc30ad16d000000000000000000000000000000000000000000000000000000008152600481019290925267ffffffffffffffff166024820152604401610628565b50505f828152600260205260409020805460ff1916600417905582611bd8611b9d61018083016101608401614806565b611baf61014084016101208501614806565b611bc16101608501610140860161520d565b6fffffffffffffffffffffffffffffffff1661361d565b611bea61018082016101608301614806565b6001600160a01b0316837f2f404700dee655bbb8bf05c485c955afa4ebc23609d833e6b40a808c185b96e2611c2761014085016101208601614806565b611c396101608601610140870161520d565b604080516001600160a01b0390931683526fffffffffffffffffffffffffffffffff9091166020830152016113f5565b5f5f611c74836132d9565b9092509050611c8b6101a084016101808501614806565b6001600160a01b03163314611ca86101a085016101808601614806565b339091611cf4576040517fd993f04a0000000000000000000000000000000000000000000000000000000081526001600160a01b03928316600482015291166024820152604401610628565b505080545f83815260056020526040902080547fffffffffffffff0000000000000000000000000000000000000000000000000016905561010090046fffffffffffffffffffffffffffffffff16611d81611d5761018086016101608701614806565b611d6961014087016101208801614806565b836fffffffffffffffffffffffffffffffff1661361d565b6040516fffffffffffffffffffffffffffffffff8216815283907fcb343174e08e06b5829d2362a2cd46b33d6f79b9debc2ff03b29eab9331789c29060200160405180910390a250505050565b335f90815260036020908152604080832087845282528083206001600160a01b038781168552908352818420908616845290915290208190611e1082826153c3565b905050816001600160a01b031684336001600160a01b03167fac060e06f082a29f39a600a0ad9570c8743e2429288cb81cf36be12c66cdefc78685604051611e59929190615458565b60405180910390a450505050565b5f6001600160a01b038216611ea8576040517fd92e233d00000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b50335f818152602081815260408083206001600160a01b0387168452909152902054908382611f16576040517fac46653e0000000000000000000000000000000000000000000000000000000081526001600160a01b03928316600482015291166024820152604401610628565b5050335f818152602081815260408083206001600160a01b0388811680865291845282852094909455815193871684529183018590529092917fa4195c37c2947bbe89165f03e320b6903116f0b10d8cfdb522330f7ce6f9fa24910160405180910390a36001600160a01b038316612026575f826001600160a01b0316826040515f6040518083038185875af1925050503d805f8114611fd1576040519150601f19603f3d011682016040523d82523d5f602084013e611fd6565b606091505b5050905080839061201f576040517f09b62ba10000000000000000000000000000000000000000000000000000000081526001600160a01b039091166004820152602401610628565b50506105af565b6040516001600160a01b0383166024820152604481018290525f906120a790859060640160408051601f198184030181529190526020810180517bffffffffffffffffffffffffffffffffffffffffffffffffffffffff167fa9059cbb0000000000000000000000000000000000000000000000000000000017905261365b565b905083825f839003808214612101576040517fcf3e13520000000000000000000000000000000000000000000000000000000081526001600160a01b03909316600484015260248301919091526044820152606401610628565b5050505092915050565b5f6060816121216101a089016101808a01614806565b87878760405160240161213794939291906154c9565b60408051601f198184030181529190526020810180517bffffffffffffffffffffffffffffffffffffffffffffffffffffffff167f329b18960000000000000000000000000000000000000000000000000000000017905290505f6121a36101008a0160e08b01614806565b90505f6121b86101208b016101008c016147eb565b67ffffffffffffffff1690505f6121d08860106151e3565b614e206121de603f8561554d565b6121e890856151fa565b6121f291906151fa565b6121fc91906151fa565b90505f5a9050818181811015612247576040517ffe336aa700000000000000000000000000000000000000000000000000000000815260048101929092526024820152604401610628565b50508715612253578092505b5f5f8651602088015f8888f19650866122715761226e613894565b95505b50505050509550959350505050565b6122c76040518060c001604052805f81526020015f81526020015f81526020015f81526020015f67ffffffffffffffff1681526020015f67ffffffffffffffff1681525090565b6040518060c00160405280858152602001845f01602001358152602001846101a00135815260200160028480604001906123019190615585565b60405161230f92919061464d565b602060405180830381855afa15801561232a573d5f5f3e3d5ffd5b5050506040513d601f19601f8201168201806040525081019061234d919061465c565b8152602090810190612361908501856147eb565b67ffffffffffffffff16815260200183602001602081019061238391906147eb565b67ffffffffffffffff16905290505b9392505050565b5f7f1b8ccf7e9eb213e046fec05a3116dce0dbfd0445a9b900bc3edd1b0d5c9feb3d8260405160200161143b9291906155e6565b5f7f0000000000000000000000000000000000000000000000000000000000000000461480156124255750306001600160a01b037f000000000000000000000000000000000000000000000000000000000000000016145b1561244f57507f000000000000000000000000000000000000000000000000000000000000000090565b50604080517f8b73c3c69bb8fe3d512ecc4cf759cc79239f7b179b0ffacaa9a75d522b39400f81527f98ecbb992beaab2a5bcf7892cfa7cdf04b8e0762a64c98ee70b3d6eacf54df6360208201527fc89efdaa54c0f20c7adf612882df0950f5a951637e0307cdcb4c672f298b8bc69181019190915246606082015230608082015260a0902090565b80515f90604190818114612521576040517fbd1e500200000000000000000000000000000000000000000000000000000000815260048101929092526024820152604401610628565b50505f5f838060200190518101906125399190615643565b915091505f84604081518110612551576125516148d0565b016020015160f81c9050601b81148061256d57508060ff16601c145b81906125ab576040517f1ee5d21a00000000000000000000000000000000000000000000000000000000815260ff9091166004820152602401610628565b50817f7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a081111561260a576040517f0350fbc800000000000000000000000000000000000000000000000000000000815260040161062891815260200190565b50604080515f81526020810180835288905260ff831691810191909152606081018490526080810183905260019060a0016020604051602081039080840390855afa15801561265b573d5f5f3e3d5ffd5b5050604051601f1901519450506001600160a01b0384166126a8576040517f37e8456b00000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b50505092915050565b6001815160038111156126c6576126c6613f5a565b82518492909114612705576040517f4acf5ffc000000000000000000000000000000000000000000000000000000008152600401610628929190615665565b5050806060015183602001351480612721575060208301355f19145b828460200135836060015190919261277e576040517f7e3c17720000000000000000000000000000000000000000000000000000000081526001600160a01b03909316600484015260248301919091526044820152606401610628565b50505080608001518360400135148061279b575060408301355f19145b82846040013583608001519091926127f8576040517f0d803bb70000000000000000000000000000000000000000000000000000000081526001600160a01b03909316600484015260248301919091526044820152606401610628565b505050602081015160ff166128136080850160608601615692565b61ffff16901c600190811614826128306080860160608701615692565b836020015190919261288d576040517f0a111b280000000000000000000000000000000000000000000000000000000081526001600160a01b03909316600484015261ffff909116602483015260ff166044820152606401610628565b505050505050565b5f806128a760a0840160808501615228565b63ffffffff1690508042116128bc575f612392565b6128c68142614e54565b612392906103e86151e3565b5f80620493e06128e4426103e86151e3565b6128ee91906151fa565b9050806128fe60208801886147eb565b67ffffffffffffffff16111561291760208801886147eb565b829091612962576040517fba08b21e00000000000000000000000000000000000000000000000000000000815267ffffffffffffffff90921660048301526024820152604401610628565b505f905061297b6129766040890189615585565b6138fb565b90506101c0880135818181146129c6576040517fbb28256d00000000000000000000000000000000000000000000000000000000815260048101929092526024820152604401610628565b505060408051808201909152806002815260ff1980881660209283015288515f9081526002909252604090912082518154919290918391166001836004811115612a1257612a12613f5a565b0217905550602091820151815460089190911c6101000260ff909116179055612a6590612a41908a018a614806565b612a536101408b016101208c01614806565b611bc16101608c016101408d0161520d565b600192505f612a7b6101008a0160e08b01614806565b6001600160a01b031614612b18576060612aa38988612a9d60408c018c615585565b5f61210b565b909450905083612b165786515f9081526002602052604090819020805460ff191660031790558751907fd74a424f49b154b1a5f6d44fb6724573a5ac7cb95580c3e147de180b8ed26e9a908990612afc908c018c615585565b85604051612b0d94939291906156ab565b60405180910390a25b505b6001600160a01b038416612b2f60208a018a614806565b87516060808a01516080808c015160a0808e01516040805195865267ffffffffffffffff93841660208701529216918401919091523393830193909352881515908201526001600160a01b0393909316927f3f069155488332d5c2b9260d835d43cf56a64753573e4dcbc778c92a71587ccd910160405180910390a4505095945050505050565b5f807f21b4c6ee8a3153262cb6405647d02cd8d41f5513efea330f16e4093558229cee612be660208501856147eb565b6020850135612bfb60608701604088016147eb565b60408051602081019590955267ffffffffffffffff93841690850152606084019190915216608082015260a001604051602081830303815290604052805190602001209050612392612c6a7f5edc28ea5a96d5822bc933697bf19e5e1df2a52b9e33dcc30d00cb7199d2b37a90565b604080516119015f526020929092528381526042601e2091905290565b5f612ca08585612c9b610240820182614939565b612280565b90505f612cac82612399565b9050612cf2612cd9612cbc6123cd565b604080516119015f526020929092528481526042601e2091905290565b60a0840151612cec610260890189615728565b88613a3b565b612d0c85612d04610240820182614939565b8484876128d2565b50505050505050565b5f612d91604080516101e0810182525f60e082018181526101008301829052835160a0810185528281526020810183905293840182905260608401829052608084018290526101208301939093526101408201819052610160820181905261018082018190526101a082018190526101c0820152908190613eb6565b612d9a87612e96565b5f612da862278d00426151fa565b9050428467ffffffffffffffff16118015612dcd5750808467ffffffffffffffff1611155b612dd84260016151fa565b8286909192612e2e576040517f87f2ccc70000000000000000000000000000000000000000000000000000000081526004810193909352602483019190915267ffffffffffffffff166044820152606401610628565b50612e719150612e4890506101408a016101208b01614806565b612e5a6101608b016101408c0161520d565b6fffffffffffffffffffffffffffffffff16613145565b612e87883387612e818b8b61328d565b886134af565b92509250509550959350505050565b604081015f80612ea96060850184614806565b6001600160a01b031614158015612ec35750602082013515155b8015612ed25750604082013515155b8015612ef05750612ee96080830160608401615692565b61ffff1615155b8015612f105750612f0760a0830160808401615228565b63ffffffff1615155b90508181612f4b576040517fd167a0dc000000000000000000000000000000000000000000000000000000008152600401610628919061578c565b505f612f5f61018085016101608601614806565b6001600160a01b031603612f9f576040517fd92e233d00000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b5f80612fb2610100860160e08701614806565b6001600160a01b031614612fc95762989680612fcb565b5f5b90505f81612fe1610120870161010088016147eb565b67ffffffffffffffff16111580156130355750613006610120860161010087016147eb565b67ffffffffffffffff1615158061303557505f61302a610100870160e08801614806565b6001600160a01b0316145b9050808261304b610120880161010089016147eb565b9091613096576040517f67f04d5e000000000000000000000000000000000000000000000000000000008152600481019290925267ffffffffffffffff166024820152604401610628565b50506130a18561333c565b5050505050565b5f6130b96040830160208401615228565b63ffffffff16158015906130e157506130d86060830160408401615228565b63ffffffff1615155b8015613105575062278d006130fc6060840160408501615228565b63ffffffff1611155b90508181613140576040517fc95faeed000000000000000000000000000000000000000000000000000000008152600401610628919061579a565b505050565b5f6001600160a01b0383161561315b575f61315d565b815b905080348082146131a3576040517f626ade3000000000000000000000000000000000000000000000000000000000815260048101929092526024820152604401610628565b50506001600160a01b0383166131b857505050565b604051336024820152306044820152606481018390525f9061323690859060840160408051601f198184030181529190526020810180517bffffffffffffffffffffffffffffffffffffffffffffffffffffffff167f23b872dd0000000000000000000000000000000000000000000000000000000017905261365b565b9050838382818114612d0c576040517fcf3e13520000000000000000000000000000000000000000000000000000000081526001600160a01b03909316600484015260248301919091526044820152606401610628565b5f8181036132c7576040517f2d32f2e700000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b6123926132d483856157a8565b613ab0565b5f5f6132e483611403565b5f81815260056020526040902080549193509150829060ff16613336576040517f8ed1a6aa00000000000000000000000000000000000000000000000000000000815260040161062891815260200190565b50915091565b5f61338661334d6020840184614806565b602084013561336461014086016101208701614806565b6133746060870160408801614806565b6103d6610120880161010089016147eb565b90508061339b6101608401610140850161520d565b6fffffffffffffffffffffffffffffffff161015816133c26101608501610140860161520d565b9091613415576040517f0cbe2bf200000000000000000000000000000000000000000000000000000000815260048101929092526fffffffffffffffffffffffffffffffff166024820152604401610628565b50505050565b5f8061342a60208401846147eb565b61343e9067ffffffffffffffff1642614e54565b90505f6134516040850160208601615228565b6134619063ffffffff168361554d565b61346c9060016151fa565b905061347e6040850160208601615228565b61348e9063ffffffff16826151e3565b61349b60208601866147eb565b67ffffffffffffffff16610a8f91906151fa565b5f61352b604080516101e0810182525f60e082018181526101008301829052835160a0810185528281526020810183905293840182905260608401829052608084018290526101208301939093526101408201819052610160820181905261018082018190526101a082018190526101c0820152908190613eb6565b6040518060e00160405280888036038101906135479190614d18565b8152602001876001600160a01b031681526020018681526020018581526020018467ffffffffffffffff16815260200160015f81819054906101000a900467ffffffffffffffff1661359890614e28565b825467ffffffffffffffff9182166101009390930a838102920219161790915581526020016135c8600143614e54565b4081525090504630826040516020016135e39392919061588d565b60408051808303601f1901815291815281516020928301205f81815260029093529120805460ff1916600117905597909650945050505050565b6001600160a01b038084165f90815260208181526040808320938616835292905290812080548392906136519084906151fa565b9091555050505050565b5f60ff815c1615613698576040517f5865249e00000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b60015f805c60ff19168217905d506040517f70a082310000000000000000000000000000000000000000000000000000000081523060048201525f906001600160a01b038516906370a0823190602401602060405180830381865afa158015613703573d5f5f3e3d5ffd5b505050506040513d601f19601f82011682018060405250810190613727919061465c565b90505f5f856001600160a01b03168560405161374391906158b1565b5f604051808303815f865af19150503d805f811461377c576040519150601f19603f3d011682016040523d82523d5f602084013e613781565b606091505b50915091505f81515f14806137ab575060208251101580156137ab57506137a7826158c7565b6001145b90508280156137b75750805b87906137fb576040517f2b596cb70000000000000000000000000000000000000000000000000000000081526001600160a01b039091166004820152602401610628565b506040517f70a0823100000000000000000000000000000000000000000000000000000000815230600482015284906001600160a01b038916906370a0823190602401602060405180830381865afa158015613859573d5f5f3e3d5ffd5b505050506040513d601f19601f8201168201806040525081019061387d919061465c565b0394505f60ff19815c16815d505050505092915050565b60603d61010081106138a8576101006138aa565b805b67ffffffffffffffff8111156138c2576138c2614673565b6040519080825280601f01601f1916602001820160405280156138ec576020820181803683370190505b50915081515f602084013e5090565b5f5f61390984846020613b20565b90505f5b81811015613a33575f61393686866139268560206151e3565b6139319060406151fa565b613b20565b6139419060406151fa565b90505f61394f878784613b20565b61395990836151fa565b90505f613967888884613b20565b6139728360206151fa565b61397c91906151fa565b90508087808211156139c3576040517f956abc8e00000000000000000000000000000000000000000000000000000000815260048101929092526024820152604401610628565b5086905088886139d48560206151fa565b6139e0928592906158ea565b6040516139ee92919061464d565b604051908190038120613a0d9291602001918252602082015260400190565b60405160208183030381529060405280519060200120955050505080600101905061390d565b505092915050565b8367ffffffffffffffff165f03613a7e576040517f8243f43000000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b6130a18567ffffffffffffffff86168585613a9c60208701876147eb565b67ffffffffffffffff168660200135613bf1565b5f805b8251811015613b1a5781838281518110613acf57613acf6148d0565b602002602001015180519060200120604051602001613af8929190918252602082015260400190565b60408051601f1981840301815291905280516020909101209150600101613ab3565b50919050565b5f82613b2d8360206151fa565b839185911115613b72576040517f956abc8e00000000000000000000000000000000000000000000000000000000815260048101929092526024820152604401610628565b508490508284613b838260206151fa565b92613b90939291906158ea565b613b9991615911565b9050818367ffffffffffffffff831115613be8576040517f956abc8e00000000000000000000000000000000000000000000000000000000815260048101929092526024820152604401610628565b50509392505050565b8482808210613c35576040517fd206c01200000000000000000000000000000000000000000000000000000000815260048101929092526024820152604401610628565b50505f613c4187613de7565b9050855f613c50600186614e54565b90505f5b86811015613d445788868884613ca7576040517f79ed90f8000000000000000000000000000000000000000000000000000000008152600481019390935260248301919091526044820152606401610628565b5050508260011660011480613cbb57508183145b15613d0f57613ce2888883818110613cd557613cd56148d0565b9050602002013585613e3d565b93505b60018316158015613cf557508215155b15613d0a57600192831c929190911c90613ce5565b613d34565b613d3184898984818110613d2557613d256148d0565b90506020020135613e3d565b93505b600192831c9291821c9101613c54565b508785878315613d91576040517f79ed90f8000000000000000000000000000000000000000000000000000000008152600481019390935260248301919091526044820152606401610628565b50505083831484849091613dda576040517f7c532e3100000000000000000000000000000000000000000000000000000000815260048101929092526024820152604401610628565b5050505050505050505050565b5f5f5f5f528260205260205f6021601f60025afa5f5192503d60201416905080613b1a576040517fc176b3c500000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b5f5f60405160015f53846001528360215260205f60415f60025afa5f516040929092529092503d60201416905080613ea1576040517fc176b3c500000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b5092915050565b6040805160e08101909152805f5b81525f6020820181905260408201819052606082018190526080820181905260a0820181905260c09091015290565b6001600160a01b0381168114613ef9575f5ffd5b50565b8035613f0781613ee5565b919050565b5f5f60408385031215613f1d575f5ffd5b8235613f2881613ee5565b91506020830135613f3881613ee5565b809150509250929050565b5f60208284031215613f53575f5ffd5b5035919050565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52602160045260245ffd5b60058110613f9757613f97613f5a565b9052565b602081016105af8284613f87565b5f6102408284031215613b1a575f5ffd5b5f60c08284031215613b1a575f5ffd5b5f5f83601f840112613fda575f5ffd5b50813567ffffffffffffffff811115613ff1575f5ffd5b602083019150836020828501011115614008575f5ffd5b9250929050565b5f5f5f5f6103208587031215614023575f5ffd5b61402d8686613fa9565b935061403d866102408701613fba565b925061030085013567ffffffffffffffff811115614059575f5ffd5b61406587828801613fca565b95989497509550505050565b5f60608284031215613b1a575f5ffd5b5f5f5f5f6102808587031215614095575f5ffd5b61409f8686613fa9565b935061024085013567ffffffffffffffff8111156140bb575f5ffd5b6140c787828801614071565b93505061026085013567ffffffffffffffff811115614059575f5ffd5b8151151581526020808301516fffffffffffffffffffffffffffffffff169082015260408083015167ffffffffffffffff1690820152606081016105af565b5f5f83601f840112614133575f5ffd5b50813567ffffffffffffffff81111561414a575f5ffd5b6020830191508360208260051b8501011115614008575f5ffd5b5f5f5f5f5f60a08688031215614178575f5ffd5b853567ffffffffffffffff81111561418e575f5ffd5b61419a88828901614123565b90965094506141ae90508760208801614071565b9250608086013567ffffffffffffffff8111156141c9575f5ffd5b6141d588828901613fca565b969995985093965092949392505050565b5f6101808284031215613b1a575f5ffd5b67ffffffffffffffff81168114613ef9575f5ffd5b8035613f07816141f7565b5f5f5f5f5f5f5f610200888a03121561422e575f5ffd5b61423889896141e6565b965061018088013567ffffffffffffffff811115614254575f5ffd5b6142608a828b01614123565b9097509550506101a088013593506101c088013567ffffffffffffffff811115614288575f5ffd5b6142948a828b01613fca565b9094509250506101e08801356142a9816141f7565b8091505092959891949750929550565b5f5f5f5f5f5f6101e087890312156142cf575f5ffd5b6142d988886141e6565b955061018087013567ffffffffffffffff8111156142f5575f5ffd5b61430189828a01614123565b9096509450506101a087013567ffffffffffffffff811115614321575f5ffd5b61432d89828a01613fca565b9094509250506101c0870135614342816141f7565b809150509295509295509295565b6fffffffffffffffffffffffffffffffff81168114613ef9575f5ffd5b8035613f0781614350565b5f5f5f5f5f5f5f5f5f5f6102808b8d031215614392575f5ffd5b61439c8c8c6141e6565b99506143ac8c6101808d01614071565b98506101e08b013567ffffffffffffffff8111156143c8575f5ffd5b6143d48d828e01614123565b9099509750506102008b013595506102208b013567ffffffffffffffff8111156143fc575f5ffd5b6144088d828e01613fca565b9096509450506102408b013567ffffffffffffffff811115614428575f5ffd5b6144348d828e01613fca565b9094509250506102608b013561444981614350565b809150509295989b9194979a5092959850565b5f6102808284031215613b1a575f5ffd5b5f5f6102a0838503121561447f575f5ffd5b614489848461445c565b9150610280830135613f3881614350565b5f61028082840312156144ab575f5ffd5b612392838361445c565b5f60c082840312156144c5575f5ffd5b6123928383613fba565b5f5f5f5f5f60a086880312156144e3575f5ffd5b85356144ee81613ee5565b945060208601359350604086013561450581613ee5565b9250606086013561451581613ee5565b91506080860135614525816141f7565b809150509295509295909350565b5f5f5f5f60808587031215614546575f5ffd5b843561455181613ee5565b935060208501359250604085013561456881613ee5565b9150606085013561457881613ee5565b939692955090935050565b5f5f60208385031215614594575f5ffd5b823567ffffffffffffffff8111156145aa575f5ffd5b6145b685828601613fca565b90969095509350505050565b5f61024082840312156145d3575f5ffd5b6123928383613fa9565b5f5f5f5f60c085870312156145f0575f5ffd5b84359350602085013561460281613ee5565b9250604085013561461281613ee5565b91506146218660608701614071565b905092959194509250565b838152606081016146406020830185613f87565b610a8f6040830184613f87565b818382375f9101908152919050565b5f6020828403121561466c575f5ffd5b5051919050565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52604160045260245ffd5b60405160e0810167ffffffffffffffff811182821017156146c3576146c3614673565b60405290565b604051610100810167ffffffffffffffff811182821017156146c3576146c3614673565b604051601f8201601f1916810167ffffffffffffffff8111828210171561471657614716614673565b604052919050565b5f60c082840312801561472f575f5ffd5b5060405160c0810167ffffffffffffffff8111828210171561475357614753614673565b604090815283358252602080850135908301528381013590820152606080840135908201526080830135614786816141f7565b608082015260a0830135614799816141f7565b60a08201529392505050565b5f81518084528060208401602086015e5f602082860101526020601f19601f83011685010191505092915050565b828152604060208201525f610a8f60408301846147a5565b5f602082840312156147fb575f5ffd5b8135612392816141f7565b5f60208284031215614816575f5ffd5b813561239281613ee5565b805160ff81168114613f07575f5ffd5b8051613f0781613ee5565b8051613f07816141f7565b5f60e0828403128015614858575f5ffd5b506148616146a0565b82516004811061486f575f5ffd5b815261487d60208401614821565b602082015261488e60408401614831565b604082015260608381015190820152608080840151908201526148b360a0840161483c565b60a08201526148c460c0840161483c565b60c08201529392505050565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52603260045260245ffd5b5f82357ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffd8183360301811261492f575f5ffd5b9190910192915050565b5f82357fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa183360301811261492f575f5ffd5b7f4e487b71000000000000000000000000000000000000000000000000000000005f52601160045260245ffd5b5f5f1982036149a9576149a961496b565b5060010190565b6001600160a01b0381511682526020810151602083015260408101516001600160a01b038151166040840152602081015160608401526040810151608084015261ffff60608201511660a084015263ffffffff60808201511660c0840152506060810151614a2960e08401826001600160a01b03169052565b50608081015167ffffffffffffffff1661010083015260a08101516001600160a01b0390811661012084015260c08201516fffffffffffffffffffffffffffffffff1661014084015260e0909101511661016090910152565b614a8d8282516149b0565b60208101516001600160a01b031661018083015260408101516101a083015260608101516101c0830152608081015167ffffffffffffffff9081166101e084015260a08201511661020083015260c0015161022090910152565b81835281816020850137505f602082840101525f6020601f19601f840116840101905092915050565b5f8383855260208501945060208460051b820101835f7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe1863603015b87821015614bba57601f198585030189528235818112614b6a575f5ffd5b870160208101903567ffffffffffffffff811115614b86575f5ffd5b803603821315614b94575f5ffd5b614b9f868284614ae7565b95505050602083019250602089019850600182019150614b4c565b5091979650505050505050565b614bd18187614a82565b6102a06102408201525f614bea6102a083018688614b10565b828103806102608501525f82526020810161028085015250614c10602082018587614ae7565b98975050505050505050565b614c268187614a82565b6102a06102408201525f614c3f6102a083018688614b10565b828103610260840152614c53818587614ae7565b8381036102809094019390935250505f815260200195945050505050565b803561ffff81168114613f07575f5ffd5b803563ffffffff81168114613f07575f5ffd5b5f60a08284031215614ca5575f5ffd5b60405160a0810167ffffffffffffffff81118282101715614cc857614cc8614673565b6040529050808235614cd981613ee5565b81526020838101359082015260408084013590820152614cfb60608401614c71565b6060820152614d0c60808401614c82565b60808201525092915050565b5f610180828403128015614d2a575f5ffd5b50614d336146c9565b614d3c83613efc565b815260208381013590820152614d558460408501614c95565b6040820152614d6660e08401613efc565b6060820152614d78610100840161420c565b6080820152614d8a6101208401613efc565b60a0820152614d9c610140840161436d565b60c0820152614dae6101608401613efc565b60e08201529392505050565b5f6060828403128015614dcb575f5ffd5b506040516060810167ffffffffffffffff81118282101715614def57614def614673565b6040528235614dfd816141f7565b8152614e0b60208401614c82565b6020820152614e1c60408401614c82565b60408201529392505050565b5f67ffffffffffffffff821667ffffffffffffffff8103614e4b57614e4b61496b565b60010192915050565b818103818111156105af576105af61496b565b614e728282516149b0565b6001600160a01b0360208201511661018083015260408101516101a083015260608101516101c0830152608081015167ffffffffffffffff8151166101e084015263ffffffff60208201511661020084015263ffffffff6040820151166102208401525060a0810151614ef261024084018267ffffffffffffffff169052565b5060c001516102609190910152565b848152602081018490526001600160a01b03831660408201526102e081016116616060830184614e67565b614f36818a614e67565b6fffffffffffffffffffffffffffffffff88166102808201526103006102a08201525f614f686103008301888a614b10565b8281036102c0840152614f7c818789614ae7565b90508281036102e0840152614f92818587614ae7565b9b9a5050505050505050505050565b6fffffffffffffffffffffffffffffffff81811683821601908111156105af576105af61496b565b8035614fd481613ee5565b6001600160a01b03168252602081810135908301526040808201359083015261ffff61500260608301614c71565b16606083015263ffffffff61501960808301614c82565b1660808301525050565b803561502e81613ee5565b6001600160a01b03168252602081810135908301526150536040808401908301614fc9565b60e081013561506181613ee5565b6001600160a01b031660e083015261507c610100820161420c565b67ffffffffffffffff166101008301526150996101208201613efc565b6001600160a01b03166101208301526150b5610140820161436d565b6fffffffffffffffffffffffffffffffff166101408301526150da6101608201613efc565b6001600160a01b038116610160840152505050565b80356150fa816141f7565b67ffffffffffffffff16825263ffffffff61511760208301614c82565b16602083015263ffffffff61512e60408301614c82565b1660408301525050565b848152602081018490526001600160a01b03831660408201526102e081016151636060830184615023565b61018083013561517281613ee5565b6001600160a01b03166101e0838101919091526101a08401356102008401526101c08401356102208401526151ae9061024084019085016150ef565b6102408301356151bd816141f7565b67ffffffffffffffff166102a083015261026092909201356102c0909101529392505050565b80820281158282048414176105af576105af61496b565b808201808211156105af576105af61496b565b5f6020828403121561521d575f5ffd5b813561239281614350565b5f60208284031215615238575f5ffd5b61239282614c82565b5f6102a082016152518386614a82565b6102a06102408401528084518083526102c0850191506102c08160051b8601019250602086015f5b828110156152c8577ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffd408786030184526152b38583516147a5565b94506020938401939190910190600101615279565b505050508281036102608401525f8152602081018381036102808501525f8152905060208101611661565b602081525f610a8f602083018486614ae7565b8381526001600160a01b0383166020820152610280810161532a6040830184615023565b61018083013561533981613ee5565b6001600160a01b03166101c0838101919091526101a08401356101e08085019190915290840135610200840152830135615372816141f7565b67ffffffffffffffff16610220830152610200830135615391816141f7565b67ffffffffffffffff1661024083015261022092909201356102609091015292915050565b8015158114613ef9575f5ffd5b81356153ce816153b6565b815460208401356153de81614350565b60408501356153ec816141f7565b78ffffffffffffffff00000000000000000000000000000000008160881b1660ff851515167fffffffffffffff0000000000000000000000000000000000000000000000000085161770ffffffffffffffffffffffffffffffff008460081b1617178555505050505050565b6001600160a01b0383168152608081018235615473816153b6565b801515602084015250602083013561548a81614350565b6fffffffffffffffffffffffffffffffff811660408401525060408301356154b1816141f7565b67ffffffffffffffff81166060840152509392505050565b6001600160a01b038516815261552b60208201858051825260208101516020830152604081015160408301526060810151606083015267ffffffffffffffff608082015116608083015267ffffffffffffffff60a08201511660a08301525050565b61010060e08201525f61554361010083018486614ae7565b9695505050505050565b5f82615580577f4e487b71000000000000000000000000000000000000000000000000000000005f52601260045260245ffd5b500490565b5f5f83357fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe18436030181126155b8575f5ffd5b83018035915067ffffffffffffffff8211156155d2575f5ffd5b602001915036819003821315614008575f5ffd5b82815260e0810161239260208301848051825260208101516020830152604081015160408301526060810151606083015267ffffffffffffffff608082015116608083015267ffffffffffffffff60a08201511660a08301525050565b5f5f60408385031215615654575f5ffd5b505080516020909101519092909150565b6001600160a01b0383168152604081016004831061568557615685613f5a565b8260208301529392505050565b5f602082840312156156a2575f5ffd5b61239282614c71565b6156fe81868051825260208101516020830152604081015160408301526060810151606083015267ffffffffffffffff608082015116608083015267ffffffffffffffff60a08201511660a08301525050565b61010060c08201525f61571661010083018587614ae7565b82810360e084015261165d81856147a5565b5f5f83357fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe184360301811261575b575f5ffd5b83018035915067ffffffffffffffff821115615775575f5ffd5b6020019150600581901b3603821315614008575f5ffd5b60a081016105af8284614fc9565b606081016105af82846150ef565b5f67ffffffffffffffff8311156157c1576157c1614673565b8260051b6157d1602082016146ed565b848152908301906020810190368311156157e9575f5ffd5b845b8381101561588357803567ffffffffffffffff811115615809575f5ffd5b860136601f820112615819575f5ffd5b803567ffffffffffffffff81111561583357615833614673565b6158466020601f19601f840116016146ed565b81815236602083850101111561585a575f5ffd5b816020840160208301375f602083830101528086525050506020830192506020810190506157eb565b5095945050505050565b8381526001600160a01b03831660208201526102808101610a8f6040830184614a82565b5f82518060208501845e5f920191825250919050565b80516020808301519190811015613b1a575f1960209190910360031b1b16919050565b5f5f858511156158f8575f5ffd5b83861115615904575f5ffd5b5050820193919092039150565b803560208310156105af575f19602084900360031b1b169291505056' as const
