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
        "name": "next",
        "type": "uint64"
      },
      {
        "internalType": "uint256",
        "name": "received",
        "type": "uint256"
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
            "internalType": "enum ScheduleUnit",
            "name": "unit",
            "type": "uint8"
          },
          {
            "internalType": "uint64",
            "name": "first",
            "type": "uint64"
          },
          {
            "internalType": "uint32",
            "name": "period",
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
                "internalType": "enum ScheduleUnit",
                "name": "unit",
                "type": "uint8"
              },
              {
                "internalType": "uint64",
                "name": "first",
                "type": "uint64"
              },
              {
                "internalType": "uint32",
                "name": "period",
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
        "name": "next",
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
                "internalType": "enum ScheduleUnit",
                "name": "unit",
                "type": "uint8"
              },
              {
                "internalType": "uint64",
                "name": "first",
                "type": "uint64"
              },
              {
                "internalType": "uint32",
                "name": "period",
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
                "internalType": "enum ScheduleUnit",
                "name": "unit",
                "type": "uint8"
              },
              {
                "internalType": "uint64",
                "name": "first",
                "type": "uint64"
              },
              {
                "internalType": "uint32",
                "name": "period",
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
            "internalType": "enum ScheduleUnit",
            "name": "unit",
            "type": "uint8"
          },
          {
            "internalType": "uint64",
            "name": "first",
            "type": "uint64"
          },
          {
            "internalType": "uint32",
            "name": "period",
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
                "internalType": "enum ScheduleUnit",
                "name": "unit",
                "type": "uint8"
              },
              {
                "internalType": "uint64",
                "name": "first",
                "type": "uint64"
              },
              {
                "internalType": "uint32",
                "name": "period",
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
            "name": "next",
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
                "internalType": "enum ScheduleUnit",
                "name": "unit",
                "type": "uint8"
              },
              {
                "internalType": "uint64",
                "name": "first",
                "type": "uint64"
              },
              {
                "internalType": "uint32",
                "name": "period",
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

export const inferenceCoprocessorBytecode = '0x60e060405234801561000f575f5ffd5b504660808181523060a0818152604080517f8b73c3c69bb8fe3d512ecc4cf759cc79239f7b179b0ffacaa9a75d522b39400f81527f98ecbb992beaab2a5bcf7892cfa7cdf04b8e0762a64c98ee70b3d6eacf54df6360208201527fc89efdaa54c0f20c7adf612882df0950f5a951637e0307cdcb4c672f298b8bc691810191909152606081019490945291830152902060c05260805160a05160c0516156976100cc5f395f61279401525f61276a01525f61273701526156975ff3fe608060405260043610610183575f3560e01c8063669b09eb116100d1578063dc587c3f1161007c578063f0a65a0211610057578063f0a65a021461052e578063f154c6e81461054d578063f940e3851461056c575f5ffd5b8063dc587c3f146104d1578063e3b73bc6146104f0578063efefc1811461050f575f5ffd5b806392fac98c116100ac57806392fac98c146103db578063abe366841461049c578063c6a9632c146104b2575f5ffd5b8063669b09eb1461038a5780637d0fb7f01461039d57806391791ac6146103bc575f5ffd5b806330247d9c1161013157806354b73a691161010c57806354b73a691461034557806362abc3ea14610364578063665f745414610377575f5ffd5b806330247d9c1461025d578063423644a11461028c578063436edcdd146102a2575f5ffd5b80631279be73116101615780631279be731461021557806329af7411146102285780632cb39dd31461023e575f5ffd5b8063035ec5841461018757806305b90773146101b9578063115d556f146101f4575b5f5ffd5b348015610192575f5ffd5b506101a66101a1366004613d1c565b61058b565b6040519081526020015b60405180910390f35b3480156101c4575f5ffd5b506101e76101d3366004613d53565b5f9081526002602052604090205460ff1690565b6040516101b09190613dab565b3480156101ff575f5ffd5b5061021361020e366004613e1f565b6105b5565b005b610213610223366004613eba565b6107df565b348015610233575f5ffd5b506101a66298968081565b348015610249575f5ffd5b506101a6610258366004613ee7565b6108bf565b348015610268575f5ffd5b5061027c610277366004613f12565b610c2d565b60405190151581526020016101b0565b348015610297575f5ffd5b506101a662278d0081565b3480156102ad575f5ffd5b506103386102bc366004613d53565b60408051606080820183525f80835260208084018290529284018190529384526005825292829020825193840183525460ff81161515845261010081046fffffffffffffffffffffffffffffffff169184019190915271010000000000000000000000000000000000900467ffffffffffffffff169082015290565b6040516101b09190613f75565b348015610350575f5ffd5b506101a661035f366004613ff5565b610ee5565b6101a6610372366004614088565b6111c0565b6101a66103853660046141b1565b611562565b6101a6610398366004614253565b6115e9565b3480156103a8575f5ffd5b5061027c6103b73660046142ea565b6116be565b3480156103c7575f5ffd5b506101a66103d6366004614304565b611786565b3480156103e6575f5ffd5b506103386103f5366004614368565b60408051606080820183525f80835260208084018290529284018190526001600160a01b03978816815260038352838120968152958252828620948716865293815281852092909516845290845291829020825191820183525460ff81161515825261010081046fffffffffffffffffffffffffffffffff16938201939093527101000000000000000000000000000000000090920467ffffffffffffffff169082015290565b3480156104a7575f5ffd5b506101a6620493e081565b3480156104bd575f5ffd5b506102136104cc3660046143b8565b6118d0565b3480156104dc575f5ffd5b506101a66104eb3660046143f7565b611917565b3480156104fb575f5ffd5b5061021361050a3660046143f7565b611938565b34801561051a575f5ffd5b506101a6610529366004613ee7565b611b27565b348015610539575f5ffd5b50610213610548366004613ee7565b611b7c565b348015610558575f5ffd5b50610213610567366004614412565b611ce1565b348015610577575f5ffd5b506101a6610586366004613d1c565b611d7a565b6001600160a01b038083165f90815260208181526040808320938516835292905220545b92915050565b5f6105bf85611917565b5f8181526002602052604090205490915060ff1660038160048111156105e7576105e7613d6a565b1482600383909192610631576040517f639c0a8600000000000000000000000000000000000000000000000000000000815260040161062893929190614461565b60405180910390fd5b505f91505085358314801561064a575061064a866116be565b90508281610687576040517fa8b1cde300000000000000000000000000000000000000000000000000000000815260040161062891815260200190565b505f6002868660405161069b929190614482565b602060405180830381855afa1580156106b6573d5f5f3e3d5ffd5b5050506040513d601f19601f820116820180604052508101906106d99190614491565b9050606087013581818114610723576040517f6eaf2e0300000000000000000000000000000000000000000000000000000000815260048101929092526024820152604401610628565b50505f8481526002602081905260408220805460ff191690911790558061075c8a610753368c90038c018c614553565b8a8a600161201e565b909250905085818361079c576040517f437376bc000000000000000000000000000000000000000000000000000000008152600401610628929190614608565b505060405133815286907f3cf062c41b44a0c65ef00735ed977640166abfc75401e6afe6099fe1003b90fe9060200160405180910390a250505050505050505050565b61080c6107f461014084016101208501614620565b826fffffffffffffffffffffffffffffffff16612193565b5f5f610817846122e4565b805491935091508390829060019061084790849061010090046fffffffffffffffffffffffffffffffff16614668565b82546fffffffffffffffffffffffffffffffff91821661010093840a9081029083021990911617909255835460408051888516815292909104909216602082015233925084917fb91b9eeb2437c0c8a01da99b518cf26f32f502dcbab3a84944eee7770808a75391015b60405180910390a350505050565b5f5f5f6108cb846122e4565b90925090505f6108eb6108e661020087016101e0880161469e565b612347565b825490915071010000000000000000000000000000000000900467ffffffffffffffff1683818381811015610966576040517ff4f9c127000000000000000000000000000000000000000000000000000000008152600481019390935267ffffffffffffffff90911660248301526044820152606401610628565b5050835487915061010090046fffffffffffffffffffffffffffffffff16610996610160830161014084016146b7565b6fffffffffffffffffffffffffffffffff9081169082161015866109c2610160850161014086016146b7565b83909192610a1f576040517fe886e94a00000000000000000000000000000000000000000000000000000000815260048101939093526fffffffffffffffffffffffffffffffff9182166024840152166044820152606401610628565b505050610a2b8261236d565b610a3d610160830161014084016146b7565b9003610a4d6101e089018561244c565b85547fffffffffffffff000000000000000000000000000000000000000000000000ff167101000000000000000000000000000000000067ffffffffffffffff8316027fffffffffffffffffffffffffffffff00000000000000000000000000000000ff16176101006fffffffffffffffffffffffffffffffff8416021786559250610ad7613c2a565b610b2583610aed6101a08c016101808d01614620565b8b6101a001358c6101c001358d6101e0016060016020810190610b1091906146e5565b610b209063ffffffff16426146fe565b6124e6565b9098509050610b376020840184614620565b6001600160a01b0316610b526101a08b016101808c01614620565b6001600160a01b0316897fcaa75d884fcbc47f0b9cd33a326b8614ffe973bda81714f4fe17508f94c50b99845f604051908082528060200260200182016040528015610bb257816020015b6060815260200190600190039081610b9d5790505b50604051610bc1929190614848565b60405180910390a4604080516fffffffffffffffffffffffffffffffff8416815267ffffffffffffffff86166020820152899189917fb641fc385284399949bbf246c2af2418aff5e105877eb33b66060a089d64a5ba910160405180910390a350505050505050919050565b5f5f610c3886611917565b5f8181526002602052604090205490915060ff166001816004811115610c6057610c60613d6a565b1482600183909192610ca1576040517f639c0a8600000000000000000000000000000000000000000000000000000000815260040161062893929190614461565b50610cb791505061020088016101e089016148fa565b67ffffffffffffffff1642111582610cd76102008a016101e08b016148fa565b9091610d22576040517f7fa06769000000000000000000000000000000000000000000000000000000008152600481019290925267ffffffffffffffff166024820152604401610628565b50505f610d308389896125e1565b90505f610d3c826126f8565b90505f610da5610d6a610d4d612734565b604080516119015f526020929092528581526042601e2091905290565b89898080601f0160208091040260200160405190810160405280939291908181526020018383808284375f9201919091525061283f92505050565b9050610e4460408b0182610dbc60608e0183614620565b6040517f97815d4e0000000000000000000000000000000000000000000000000000000081526001600160a01b03868116600483015291909116906397815d4e9060240160e060405180830381865afa158015610e1b573d5f5f3e3d5ffd5b505050506040513d601f19601f82011682018060405250810190610e3f919061493b565b612a18565b5f610e5160408c01612bfc565b905080610e6160208c018c6148fa565b67ffffffffffffffff161015610e7a60208c018c6148fa565b829091610ec5576040517fbd2b0cca00000000000000000000000000000000000000000000000000000000815267ffffffffffffffff90921660048301526024820152604401610628565b5050610ed48b8b868686612c40565b96505050505050505b949350505050565b5f5f610f2e610ef386612f24565b85858080601f0160208091040260200160405190810160405280939291908181526020018383808284375f9201919091525061283f92505050565b6040805160e0810182525f80825260208201819052918101829052606081018290526080810182905260a0810182905260c08101829052919250905f5b888110156111b357368a8a83818110610f8657610f866149c4565b9050602002810190610f9891906149f1565b90505f610fa482611917565b5f8181526002602052604081205491925060ff90911690610fcd61020085016101e086016148fa565b67ffffffffffffffff164211806110385750610feb60408501612bfc565b8e8e87818110610ffd57610ffd6149c4565b905060200281019061100f91906149f1565b61101e90610240810190614a2d565b61102c9060208101906148fa565b67ffffffffffffffff16105b905080806110585750600182600481111561105557611055613d6a565b14155b1561109e57827f3d59bf106af0296ca558e6ac438ce23aca7c36a652cea17fe2c30f66c8e3d8d28360405161108d9190613dab565b60405180910390a2505050506111ab565b6001600160a01b0387166110b86060860160408701614620565b6001600160a01b03161461115e576110d66060850160408601614620565b6040517f97815d4e0000000000000000000000000000000000000000000000000000000081526001600160a01b038a81166004830152919850908816906397815d4e9060240160e060405180830381865afa158015611137573d5f5f3e3d5ffd5b505050506040513d601f19601f8201168201806040525081019061115b919061493b565b95505b61116c604085018988612a18565b61119b838f8f88818110611182576111826149c4565b905060200281019061119491906149f1565b8e8b612ff5565b6111a489614a5f565b9850505050505b600101610f6b565b5050505095945050505050565b5f6111ca8b61307a565b6111d38a61328c565b84156112c05786600287876040516111ec929190614482565b602060405180830381855afa158015611207573d5f5f3e3d5ffd5b5050506040513d601f19601f8201168201806040525081019061122a9190614491565b14876002888860405161123e929190614482565b602060405180830381855afa158015611259573d5f5f3e3d5ffd5b5050506040513d601f19601f8201168201806040525081019061127c9190614491565b90916112bd576040517f6314530500000000000000000000000000000000000000000000000000000000815260048101929092526024820152604401610628565b50505b6112ed6112d56101408d016101208e01614620565b836fffffffffffffffffffffffffffffffff16612193565b5f6040518060e001604052808d80360381019061130a9190614b0b565b8152336020820152604081018a90526060016113268c8c613329565b815260200161133a368e90038e018e614bad565b8152600480546020909201915f9061135b9067ffffffffffffffff16614c2c565b825467ffffffffffffffff9182166101009390930a8381029202191617909155815260200161138b600143614c58565b4081525090507fb79853446f9b8c8b795da68e7350f49ef2b73cae20498f1ea81b180415013ef94630836040516020016113c89493929190614d27565b60408051601f198184030181528282528051602091820120606084018352600184526fffffffffffffffffffffffffffffffff87168483015294508282019161141691908f01908f016148fa565b67ffffffffffffffff9081169091525f848152600560209081526040918290208451815486840151969094015190941671010000000000000000000000000000000000027fffffffffffffff0000000000000000ffffffffffffffffffffffffffffffffff6fffffffffffffffffffffffffffffffff909616610100027fffffffffffffffffffffffffffffff00000000000000000000000000000000ff951515959095167fffffffffffffffffffffffffffffff00000000000000000000000000000000009094169390931793909317939093161790556114fa908d018d614620565b6001600160a01b0316336001600160a01b0316837f421c83197bfc3a99031da4d9cd1dd7301d587d2a3da7a60d39fc8c55a0c3e93084878f8f8e8e8e8e60405161154b989796959493929190614e32565b60405180910390a4509a9950505050505050505050565b5f61156b613c2a565b6115788989898987613375565b909250905061158a60208a018a614620565b6001600160a01b0316336001600160a01b0316837fcaa75d884fcbc47f0b9cd33a326b8614ffe973bda81714f4fe17508f94c50b99848c8c8b8b6040516115d5959493929190614ea7565b60405180910390a450979650505050505050565b5f6115f2613c2a565b61164e8888886002898960405161160a929190614482565b602060405180830381855afa158015611625573d5f5f3e3d5ffd5b5050506040513d601f19601f820116820180604052508101906116489190614491565b87613375565b90925090506116606020890189614620565b6001600160a01b0316336001600160a01b0316837fcaa75d884fcbc47f0b9cd33a326b8614ffe973bda81714f4fe17508f94c50b99848b8b8b8b6040516116ab959493929190614efc565b60405180910390a4509695505050505050565b80355f908152600260205260408082208151808301909252805483929190829060ff1660048111156116f2576116f2613d6a565b600481111561170357611703613d6a565b81529054610100900460081b60ff191660209091015290505f60028251600481111561173157611731613d6a565b148061174f575060038251600481111561174d5761174d613d6a565b145b9050808015610edd575061177061176b36869003860186614553565b6126f8565b60ff1916826020015160ff191614949350505050565b6001600160a01b038581165f90815260036020908152604080832088845282528083208785168452825280832093861683529281528282208351606081018552905460ff8116151580835261010082046fffffffffffffffffffffffffffffffff169383019390935271010000000000000000000000000000000000900467ffffffffffffffff1693810193909352909190879087908790879061187a576040517fee2e003f0000000000000000000000000000000000000000000000000000000081526001600160a01b039485166004820152602481019390935290831660448301529091166064820152608401610628565b505050508267ffffffffffffffff16816040015167ffffffffffffffff166118a29190614f51565b81602001516fffffffffffffffffffffffffffffffff166118c391906146fe565b9150505b95945050505050565b336001600160a01b03167f9f0de6eec703f0d4940ccba0b7687e9e7b4ed4b02f3ab2b6dfd621540dddc58b838360405161190b929190614f68565b60405180910390a25050565b5f604051468152306020820152610240836040830137610280902092915050565b5f61194282611917565b5f8181526002602052604090205490915060ff16600181600481111561196a5761196a613d6a565b14826001839091926119ab576040517f639c0a8600000000000000000000000000000000000000000000000000000000815260040161062893929190614461565b506119c191505061020084016101e085016148fa565b67ffffffffffffffff164211826119e061020086016101e087016148fa565b9091611a2b576040517fc30ad16d000000000000000000000000000000000000000000000000000000008152600481019290925267ffffffffffffffff166024820152604401610628565b50505f828152600260205260409020805460ff1916600417905582611a96611a5b61018083016101608401614620565b611a6d61014084016101208501614620565b611a7f610160850161014086016146b7565b6fffffffffffffffffffffffffffffffff16613483565b611aa861018082016101608301614620565b6001600160a01b0316837f2f404700dee655bbb8bf05c485c955afa4ebc23609d833e6b40a808c185b96e2611ae561014085016101208601614620565b611af7610160860161014087016146b7565b604080516001600160a01b0390931683526fffffffffffffffffffffffffffffffff9091166020830152016108b1565b5f7fb79853446f9b8c8b795da68e7350f49ef2b73cae20498f1ea81b180415013ef9463084604051602001611b5f9493929190615036565b604051602081830303815290604052805190602001209050919050565b5f5f611b87836122e4565b9092509050611b9e6101a084016101808501614620565b6001600160a01b03163314611bbb6101a085016101808601614620565b339091611c07576040517fd993f04a0000000000000000000000000000000000000000000000000000000081526001600160a01b03928316600482015291166024820152604401610628565b505080545f83815260056020526040902080547fffffffffffffff0000000000000000000000000000000000000000000000000016905561010090046fffffffffffffffffffffffffffffffff16611c94611c6a61018086016101608701614620565b611c7c61014087016101208801614620565b836fffffffffffffffffffffffffffffffff16613483565b6040516fffffffffffffffffffffffffffffffff8216815283907fcb343174e08e06b5829d2362a2cd46b33d6f79b9debc2ff03b29eab9331789c29060200160405180910390a250505050565b335f90815260036020908152604080832087845282528083206001600160a01b038781168552908352818420908616845290915290208190611d2382826151a6565b905050816001600160a01b031684336001600160a01b03167fac060e06f082a29f39a600a0ad9570c8743e2429288cb81cf36be12c66cdefc78685604051611d6c92919061523b565b60405180910390a450505050565b5f6001600160a01b038216611dbb576040517fd92e233d00000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b50335f818152602081815260408083206001600160a01b0387168452909152902054908382611e29576040517fac46653e0000000000000000000000000000000000000000000000000000000081526001600160a01b03928316600482015291166024820152604401610628565b5050335f818152602081815260408083206001600160a01b0388811680865291845282852094909455815193871684529183018590529092917fa4195c37c2947bbe89165f03e320b6903116f0b10d8cfdb522330f7ce6f9fa24910160405180910390a36001600160a01b038316611f39575f826001600160a01b0316826040515f6040518083038185875af1925050503d805f8114611ee4576040519150601f19603f3d011682016040523d82523d5f602084013e611ee9565b606091505b50509050808390611f32576040517f09b62ba10000000000000000000000000000000000000000000000000000000081526001600160a01b039091166004820152602401610628565b50506105af565b6040516001600160a01b0383166024820152604481018290525f90611fba90859060640160408051601f198184030181529190526020810180517bffffffffffffffffffffffffffffffffffffffffffffffffffffffff167fa9059cbb000000000000000000000000000000000000000000000000000000001790526134c1565b905083825f839003808214612014576040517fcf3e13520000000000000000000000000000000000000000000000000000000081526001600160a01b03909316600484015260248301919091526044820152606401610628565b5050505092915050565b5f6060816120346101a089016101808a01614620565b87878760405160240161204a94939291906152ac565b60408051601f198184030181529190526020810180517bffffffffffffffffffffffffffffffffffffffffffffffffffffffff167f329b18960000000000000000000000000000000000000000000000000000000017905290505f6120b66101008a0160e08b01614620565b90505f6120cb6101208b016101008c016148fa565b67ffffffffffffffff1690505f6120e3886010614f51565b614e206120f1603f85615330565b6120fb90856146fe565b61210591906146fe565b61210f91906146fe565b90505f5a905081818181101561215a576040517ffe336aa700000000000000000000000000000000000000000000000000000000815260048101929092526024820152604401610628565b50508715612166578092505b5f5f8651602088015f8888f1965086612184576121816136fa565b95505b50505050509550959350505050565b5f6001600160a01b038316156121a9575f6121ab565b815b905080348082146121f1576040517f626ade3000000000000000000000000000000000000000000000000000000000815260048101929092526024820152604401610628565b50506001600160a01b03831661220657505050565b604051336024820152306044820152606481018390525f9061228490859060840160408051601f198184030181529190526020810180517bffffffffffffffffffffffffffffffffffffffffffffffffffffffff167f23b872dd000000000000000000000000000000000000000000000000000000001790526134c1565b90508383828181146122db576040517fcf3e13520000000000000000000000000000000000000000000000000000000081526001600160a01b03909316600484015260248301919091526044820152606401610628565b50505050505050565b5f5f6122ef83611b27565b5f81815260056020526040902080549193509150829060ff16612341576040517f8ed1a6aa00000000000000000000000000000000000000000000000000000000815260040161062891815260200190565b50915091565b5f8082600181111561235b5761235b613d6a565b1461236657436105af565b4292915050565b5f6123b761237e6020840184614620565b602084013561239561014086016101208701614620565b6123a56060870160408801614620565b6103d6610120880161010089016148fa565b9050806123cc610160840161014085016146b7565b6fffffffffffffffffffffffffffffffff161015816123f3610160850161014086016146b7565b9091612446576040517f0cbe2bf200000000000000000000000000000000000000000000000000000000815260048101929092526fffffffffffffffffffffffffffffffff166024820152604401610628565b50505050565b5f8061245e60408501602086016148fa565b6124729067ffffffffffffffff1684614c58565b90505f61248560608601604087016146e5565b6124959063ffffffff1683615330565b6124a09060016146fe565b90506124b260608601604087016146e5565b6124c29063ffffffff1682614f51565b6124d260408701602088016148fa565b67ffffffffffffffff166118c791906146fe565b5f6124ef613c2a565b6040518060e001604052808880360381019061250b9190614b0b565b8152602001876001600160a01b031681526020018681526020018581526020018467ffffffffffffffff16815260200160015f81819054906101000a900467ffffffffffffffff1661255c90614c2c565b825467ffffffffffffffff9182166101009390930a8381029202191617909155815260200161258c600143614c58565b4081525090504630826040516020016125a793929190615368565b60408051808303601f1901815291815281516020928301205f81815260029093529120805460ff1916600117905597909650945050505050565b6126286040518060c001604052805f81526020015f81526020015f81526020015f81526020015f67ffffffffffffffff1681526020015f67ffffffffffffffff1681525090565b6040518060c00160405280858152602001845f01602001358152602001846101a0013581526020016002848060400190612662919061538c565b604051612670929190614482565b602060405180830381855afa15801561268b573d5f5f3e3d5ffd5b5050506040513d601f19601f820116820180604052508101906126ae9190614491565b81526020908101906126c2908501856148fa565b67ffffffffffffffff1681526020018360200160208101906126e491906148fa565b67ffffffffffffffff169052949350505050565b6040517f1b8ccf7e9eb213e046fec05a3116dce0dbfd0445a9b900bc3edd1b0d5c9feb3d8082525f9160c084602083015e60e090209392505050565b5f7f00000000000000000000000000000000000000000000000000000000000000004614801561278c5750306001600160a01b037f000000000000000000000000000000000000000000000000000000000000000016145b156127b657507f000000000000000000000000000000000000000000000000000000000000000090565b50604080517f8b73c3c69bb8fe3d512ecc4cf759cc79239f7b179b0ffacaa9a75d522b39400f81527f98ecbb992beaab2a5bcf7892cfa7cdf04b8e0762a64c98ee70b3d6eacf54df6360208201527fc89efdaa54c0f20c7adf612882df0950f5a951637e0307cdcb4c672f298b8bc69181019190915246606082015230608082015260a0902090565b80515f90604190818114612888576040517fbd1e500200000000000000000000000000000000000000000000000000000000815260048101929092526024820152604401610628565b50505f5f838060200190518101906128a091906153ed565b915091505f846040815181106128b8576128b86149c4565b016020015160f81c9050601b8114806128d457508060ff16601c145b8190612912576040517f1ee5d21a00000000000000000000000000000000000000000000000000000000815260ff9091166004820152602401610628565b50817f7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0811115612971576040517f0350fbc800000000000000000000000000000000000000000000000000000000815260040161062891815260200190565b50604080515f81526020810180835288905260ff831691810191909152606081018490526080810183905260019060a0016020604051602081039080840390855afa1580156129c2573d5f5f3e3d5ffd5b5050604051601f1901519450506001600160a01b038416612a0f576040517f37e8456b00000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b50505092915050565b600181516003811115612a2d57612a2d613d6a565b82518492909114612a6c576040517f4acf5ffc00000000000000000000000000000000000000000000000000000000815260040161062892919061540f565b5050806060015183602001351480612a88575060208301355f19145b8284602001358360600151909192612ae5576040517f7e3c17720000000000000000000000000000000000000000000000000000000081526001600160a01b03909316600484015260248301919091526044820152606401610628565b505050806080015183604001351480612b02575060408301355f19145b8284604001358360800151909192612b5f576040517f0d803bb70000000000000000000000000000000000000000000000000000000081526001600160a01b03909316600484015260248301919091526044820152606401610628565b505050602081015160ff16612b7a608085016060860161543c565b61ffff16901c60019081161482612b97608086016060870161543c565b8360200151909192612bf4576040517f0a111b280000000000000000000000000000000000000000000000000000000081526001600160a01b03909316600484015261ffff909116602483015260ff166044820152606401610628565b505050505050565b5f80612c0e60a08401608085016146e5565b63ffffffff169050804211612c23575f612c39565b612c2d8142614c58565b612c39906103e8614f51565b9392505050565b5f80620493e0612c52426103e8614f51565b612c5c91906146fe565b905080612c6c60208801886148fa565b67ffffffffffffffff161115612c8560208801886148fa565b829091612cd0576040517fba08b21e00000000000000000000000000000000000000000000000000000000815267ffffffffffffffff90921660048301526024820152604401610628565b505f9050612ce9612ce4604089018961538c565b613761565b90506101c088013581818114612d34576040517fbb28256d00000000000000000000000000000000000000000000000000000000815260048101929092526024820152604401610628565b505060408051808201909152806002815260ff1980881660209283015288515f9081526002909252604090912082518154919290918391166001836004811115612d8057612d80613d6a565b0217905550602091820151815460089190911c6101000260ff909116179055612dd390612daf908a018a614620565b612dc16101408b016101208c01614620565b611a7f6101608c016101408d016146b7565b600192505f612de96101008a0160e08b01614620565b6001600160a01b031614612e86576060612e118988612e0b60408c018c61538c565b5f61201e565b909450905083612e845786515f9081526002602052604090819020805460ff191660031790558751907fd74a424f49b154b1a5f6d44fb6724573a5ac7cb95580c3e147de180b8ed26e9a908990612e6a908c018c61538c565b85604051612e7b9493929190615455565b60405180910390a25b505b6001600160a01b038416612e9d60208a018a614620565b87516060808a01516080808c015160a0808e01516040805195865267ffffffffffffffff93841660208701529216918401919091523393830193909352881515908201526001600160a01b0393909316927f3f069155488332d5c2b9260d835d43cf56a64753573e4dcbc778c92a71587ccd910160405180910390a4505095945050505050565b5f807f21b4c6ee8a3153262cb6405647d02cd8d41f5513efea330f16e4093558229cee612f5460208501856148fa565b6020850135612f6960608701604088016148fa565b60408051602081019590955267ffffffffffffffff93841690850152606084019190915216608082015260a001604051602081830303815290604052805190602001209050612c39612fd87f5edc28ea5a96d5822bc933697bf19e5e1df2a52b9e33dcc30d00cb7199d2b37a90565b604080516119015f526020929092528381526042601e2091905290565b5f61300e8585613009610240820182614a2d565b6125e1565b90505f61301a826126f8565b905061306061304761302a612734565b604080516119015f526020929092528481526042601e2091905290565b60a084015161305a6102608901896154d2565b886138a1565b6122db85613072610240820182614a2d565b848487612c40565b604081015f8061308d6060850184614620565b6001600160a01b0316141580156130a75750602082013515155b80156130b65750604082013515155b80156130d457506130cd608083016060840161543c565b61ffff1615155b80156130f457506130eb60a08301608084016146e5565b63ffffffff1615155b9050818161312f576040517fd167a0dc0000000000000000000000000000000000000000000000000000000081526004016106289190615536565b505f61314361018085016101608601614620565b6001600160a01b031603613183576040517fd92e233d00000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b5f80613196610100860160e08701614620565b6001600160a01b0316146131ad57629896806131af565b5f5b90505f816131c5610120870161010088016148fa565b67ffffffffffffffff161115801561321957506131ea610120860161010087016148fa565b67ffffffffffffffff1615158061321957505f61320e610100870160e08801614620565b6001600160a01b0316145b9050808261322f610120880161010089016148fa565b909161327a576040517f67f04d5e000000000000000000000000000000000000000000000000000000008152600481019290925267ffffffffffffffff166024820152604401610628565b50506132858561236d565b5050505050565b5f61329d60608301604084016146e5565b63ffffffff16158015906132c557506132bc60808301606084016146e5565b63ffffffff1615155b80156132e9575062278d006132e060808401606085016146e5565b63ffffffff1611155b90508181613324576040517f19fc3e400000000000000000000000000000000000000000000000000000000081526004016106289190615544565b505050565b5f818103613363576040517f2d32f2e700000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b612c396133708385615552565b613916565b5f61337e613c2a565b6133878761307a565b5f61339562278d00426146fe565b9050428467ffffffffffffffff161180156133ba5750808467ffffffffffffffff1611155b6133c54260016146fe565b828690919261341b576040517f87f2ccc70000000000000000000000000000000000000000000000000000000081526004810193909352602483019190915267ffffffffffffffff166044820152606401610628565b5061345e915061343590506101408a016101208b01614620565b6134476101608b016101408c016146b7565b6fffffffffffffffffffffffffffffffff16612193565b61347488338761346e8b8b613329565b886124e6565b92509250509550959350505050565b6001600160a01b038084165f90815260208181526040808320938616835292905290812080548392906134b79084906146fe565b9091555050505050565b5f60ff815c16156134fe576040517f5865249e00000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b60015f805c60ff19168217905d506040517f70a082310000000000000000000000000000000000000000000000000000000081523060048201525f906001600160a01b038516906370a0823190602401602060405180830381865afa158015613569573d5f5f3e3d5ffd5b505050506040513d601f19601f8201168201806040525081019061358d9190614491565b90505f5f856001600160a01b0316856040516135a99190615637565b5f604051808303815f865af19150503d805f81146135e2576040519150601f19603f3d011682016040523d82523d5f602084013e6135e7565b606091505b50915091505f81515f148061361157506020825110158015613611575061360d8261564d565b6001145b905082801561361d5750805b8790613661576040517f2b596cb70000000000000000000000000000000000000000000000000000000081526001600160a01b039091166004820152602401610628565b506040517f70a0823100000000000000000000000000000000000000000000000000000000815230600482015284906001600160a01b038916906370a0823190602401602060405180830381865afa1580156136bf573d5f5f3e3d5ffd5b505050506040513d601f19601f820116820180604052508101906136e39190614491565b0394505f60ff19815c16815d505050505092915050565b60603d610100811061370e57610100613710565b805b67ffffffffffffffff811115613728576137286144a8565b6040519080825280601f01601f191660200182016040528015613752576020820181803683370190505b50915081515f602084013e5090565b5f5f61376f84846020613986565b90505f5b81811015613899575f61379c868661378c856020614f51565b6137979060406146fe565b613986565b6137a79060406146fe565b90505f6137b5878784613986565b6137bf90836146fe565b90505f6137cd888884613986565b6137d88360206146fe565b6137e291906146fe565b9050808780821115613829576040517f956abc8e00000000000000000000000000000000000000000000000000000000815260048101929092526024820152604401610628565b50869050888861383a8560206146fe565b61384692859290615670565b604051613854929190614482565b6040519081900381206138739291602001918252602082015260400190565b604051602081830303815290604052805190602001209550505050806001019050613773565b505092915050565b8367ffffffffffffffff165f036138e4576040517f8243f43000000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b6132858567ffffffffffffffff8616858561390260208701876148fa565b67ffffffffffffffff1686602001356139e3565b5f805b82518110156139805781838281518110613935576139356149c4565b60200260200101518051906020012060405160200161395e929190918252602082015260400190565b60408051601f1981840301815291905280516020909101209150600101613919565b50919050565b82810135602082018310604082901c17158284826139d9576040517f956abc8e00000000000000000000000000000000000000000000000000000000815260048101929092526024820152604401610628565b5050509392505050565b5f5f5f5f528760205260205f6021601f60025afa5f513d6020149091169250905081613a3b576040517fc176b3c500000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b613a49818888888888613a53565b5050505050505050565b8482808210613a97576040517fd206c01200000000000000000000000000000000000000000000000000000000815260048101929092526024820152604401610628565b5060019050865f613aa88386614c58565b9050604051888760051b8901895b5f85118282101615613b3e5760015f5360018316838614178015613b02578135600152866021525b5f841160018516151615613afd578360011c93508560011c9550613ade565b613b0c565b8660015281356021525b508260011c92508460011c945060205f60415f60025afa8716965060203d14871696505f519550602081019050613ab6565b81811015613b4b57600194505b50505060405282613b88576040517fc176b3c500000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b8785878315613bd4576040517f79ed90f8000000000000000000000000000000000000000000000000000000008152600481019390935260248301919091526044820152606401610628565b50505083821484839091613c1d576040517f7c532e3100000000000000000000000000000000000000000000000000000000815260048101929092526024820152604401610628565b5050505050505050505050565b6040518060e00160405280613c3d613c6c565b81525f6020820181905260408201819052606082018190526080820181905260a0820181905260c09091015290565b6040518061010001604052805f6001600160a01b031681526020015f8152602001613ccd6040518060a001604052805f6001600160a01b031681526020015f81526020015f81526020015f61ffff1681526020015f63ffffffff1681525090565b81525f6020820181905260408201819052606082018190526080820181905260a09091015290565b6001600160a01b0381168114613d09575f5ffd5b50565b8035613d1781613cf5565b919050565b5f5f60408385031215613d2d575f5ffd5b8235613d3881613cf5565b91506020830135613d4881613cf5565b809150509250929050565b5f60208284031215613d63575f5ffd5b5035919050565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52602160045260245ffd5b60058110613da757613da7613d6a565b9052565b602081016105af8284613d97565b5f6102408284031215613980575f5ffd5b5f60c08284031215613980575f5ffd5b5f5f83601f840112613dea575f5ffd5b50813567ffffffffffffffff811115613e01575f5ffd5b602083019150836020828501011115613e18575f5ffd5b9250929050565b5f5f5f5f6103208587031215613e33575f5ffd5b613e3d8686613db9565b9350613e4d866102408701613dca565b925061030085013567ffffffffffffffff811115613e69575f5ffd5b613e7587828801613dda565b95989497509550505050565b5f6102a08284031215613980575f5ffd5b6fffffffffffffffffffffffffffffffff81168114613d09575f5ffd5b8035613d1781613e92565b5f5f6102c08385031215613ecc575f5ffd5b613ed68484613e81565b91506102a0830135613d4881613e92565b5f6102a08284031215613ef8575f5ffd5b612c398383613e81565b5f60608284031215613980575f5ffd5b5f5f5f5f6102808587031215613f26575f5ffd5b613f308686613db9565b935061024085013567ffffffffffffffff811115613f4c575f5ffd5b613f5887828801613f02565b93505061026085013567ffffffffffffffff811115613e69575f5ffd5b8151151581526020808301516fffffffffffffffffffffffffffffffff169082015260408083015167ffffffffffffffff1690820152606081016105af565b5f5f83601f840112613fc4575f5ffd5b50813567ffffffffffffffff811115613fdb575f5ffd5b6020830191508360208260051b8501011115613e18575f5ffd5b5f5f5f5f5f60a08688031215614009575f5ffd5b853567ffffffffffffffff81111561401f575f5ffd5b61402b88828901613fb4565b909650945061403f90508760208801613f02565b9250608086013567ffffffffffffffff81111561405a575f5ffd5b61406688828901613dda565b969995985093965092949392505050565b5f6101808284031215613980575f5ffd5b5f5f5f5f5f5f5f5f5f5f8a8c036102a08112156140a3575f5ffd5b6140ad8d8d614077565b9a5060807ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe80820112156140de575f5ffd5b506101808b0198506102008b013567ffffffffffffffff811115614100575f5ffd5b61410c8d828e01613fb4565b9099509750506102208b013595506102408b013567ffffffffffffffff811115614134575f5ffd5b6141408d828e01613dda565b9096509450506102608b013567ffffffffffffffff811115614160575f5ffd5b61416c8d828e01613dda565b909450925061418090506102808c01613eaf565b90509295989b9194979a5092959850565b67ffffffffffffffff81168114613d09575f5ffd5b8035613d1781614191565b5f5f5f5f5f5f5f610200888a0312156141c8575f5ffd5b6141d28989614077565b965061018088013567ffffffffffffffff8111156141ee575f5ffd5b6141fa8a828b01613fb4565b9097509550506101a088013593506101c088013567ffffffffffffffff811115614222575f5ffd5b61422e8a828b01613dda565b9094509250506101e088013561424381614191565b8091505092959891949750929550565b5f5f5f5f5f5f6101e08789031215614269575f5ffd5b6142738888614077565b955061018087013567ffffffffffffffff81111561428f575f5ffd5b61429b89828a01613fb4565b9096509450506101a087013567ffffffffffffffff8111156142bb575f5ffd5b6142c789828a01613dda565b9094509250506101c08701356142dc81614191565b809150509295509295509295565b5f60c082840312156142fa575f5ffd5b612c398383613dca565b5f5f5f5f5f60a08688031215614318575f5ffd5b853561432381613cf5565b945060208601359350604086013561433a81613cf5565b9250606086013561434a81613cf5565b9150608086013561435a81614191565b809150509295509295909350565b5f5f5f5f6080858703121561437b575f5ffd5b843561438681613cf5565b935060208501359250604085013561439d81613cf5565b915060608501356143ad81613cf5565b939692955090935050565b5f5f602083850312156143c9575f5ffd5b823567ffffffffffffffff8111156143df575f5ffd5b6143eb85828601613dda565b90969095509350505050565b5f6102408284031215614408575f5ffd5b612c398383613db9565b5f5f5f5f60c08587031215614425575f5ffd5b84359350602085013561443781613cf5565b9250604085013561444781613cf5565b91506144568660608701613f02565b905092959194509250565b838152606081016144756020830185613d97565b610edd6040830184613d97565b818382375f9101908152919050565b5f602082840312156144a1575f5ffd5b5051919050565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52604160045260245ffd5b60405160e0810167ffffffffffffffff811182821017156144f8576144f86144a8565b60405290565b604051610100810167ffffffffffffffff811182821017156144f8576144f86144a8565b604051601f8201601f1916810167ffffffffffffffff8111828210171561454b5761454b6144a8565b604052919050565b5f60c0828403128015614564575f5ffd5b5060405160c0810167ffffffffffffffff81118282101715614588576145886144a8565b6040908152833582526020808501359083015283810135908201526060808401359082015260808301356145bb81614191565b608082015260a08301356145ce81614191565b60a08201529392505050565b5f81518084528060208401602086015e5f602082860101526020601f19601f83011685010191505092915050565b828152604060208201525f610edd60408301846145da565b5f60208284031215614630575f5ffd5b8135612c3981613cf5565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52601160045260245ffd5b6fffffffffffffffffffffffffffffffff81811683821601908111156105af576105af61463b565b803560028110613d17575f5ffd5b5f602082840312156146ae575f5ffd5b612c3982614690565b5f602082840312156146c7575f5ffd5b8135612c3981613e92565b803563ffffffff81168114613d17575f5ffd5b5f602082840312156146f5575f5ffd5b612c39826146d2565b808201808211156105af576105af61463b565b6001600160a01b0381511682526020810151602083015260408101516001600160a01b038151166040840152602081015160608401526040810151608084015261ffff60608201511660a084015263ffffffff60808201511660c084015250606081015161478a60e08401826001600160a01b03169052565b50608081015167ffffffffffffffff1661010083015260a08101516001600160a01b0390811661012084015260c08201516fffffffffffffffffffffffffffffffff1661014084015260e0909101511661016090910152565b6147ee828251614711565b60208101516001600160a01b031661018083015260408101516101a083015260608101516101c0830152608081015167ffffffffffffffff9081166101e084015260a08201511661020083015260c0015161022090910152565b5f6102a0820161485883866147e3565b6102a06102408401528084518083526102c0850191506102c08160051b8601019250602086015f5b828110156148cf577ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffd408786030184526148ba8583516145da565b94506020938401939190910190600101614880565b505050508281036102608401525f8152602081018381036102808501525f81529050602081016118c7565b5f6020828403121561490a575f5ffd5b8135612c3981614191565b805160ff81168114613d17575f5ffd5b8051613d1781613cf5565b8051613d1781614191565b5f60e082840312801561494c575f5ffd5b506149556144d5565b825160048110614963575f5ffd5b815261497160208401614915565b602082015261498260408401614925565b604082015260608381015190820152608080840151908201526149a760a08401614930565b60a08201526149b860c08401614930565b60c08201529392505050565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52603260045260245ffd5b5f82357ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffd81833603018112614a23575f5ffd5b9190910192915050565b5f82357fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa1833603018112614a23575f5ffd5b5f5f198203614a7057614a7061463b565b5060010190565b803561ffff81168114613d17575f5ffd5b5f60a08284031215614a98575f5ffd5b60405160a0810167ffffffffffffffff81118282101715614abb57614abb6144a8565b6040529050808235614acc81613cf5565b81526020838101359082015260408084013590820152614aee60608401614a77565b6060820152614aff608084016146d2565b60808201525092915050565b5f610180828403128015614b1d575f5ffd5b50614b266144fe565b614b2f83613d0c565b815260208381013590820152614b488460408501614a88565b6040820152614b5960e08401613d0c565b6060820152614b6b61010084016141a6565b6080820152614b7d6101208401613d0c565b60a0820152614b8f6101408401613eaf565b60c0820152614ba16101608401613d0c565b60e08201529392505050565b5f6080828403128015614bbe575f5ffd5b506040516080810167ffffffffffffffff81118282101715614be257614be26144a8565b604052614bee83614690565b81526020830135614bfe81614191565b6020820152614c0f604084016146d2565b6040820152614c20606084016146d2565b60608201529392505050565b5f67ffffffffffffffff821667ffffffffffffffff8103614c4f57614c4f61463b565b60010192915050565b818103818111156105af576105af61463b565b60028110613da757613da7613d6a565b614c86828251614711565b6001600160a01b0360208201511661018083015260408101516101a083015260608101516101c08301526080810151614cc46101e084018251614c6b565b67ffffffffffffffff60208201511661020084015263ffffffff60408201511661022084015263ffffffff6060820151166102408401525060a0810151614d1861026084018267ffffffffffffffff169052565b5060c001516102809190910152565b848152602081018490526001600160a01b038316604082015261030081016118c76060830184614c7b565b81835281816020850137505f602082840101525f6020601f19601f840116840101905092915050565b5f8383855260208501945060208460051b820101835f7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe1863603015b87821015614e2557601f198585030189528235818112614dd5575f5ffd5b870160208101903567ffffffffffffffff811115614df1575f5ffd5b803603821315614dff575f5ffd5b614e0a868284614d52565b95505050602083019250602089019850600182019150614db7565b5091979650505050505050565b614e3c818a614c7b565b6fffffffffffffffffffffffffffffffff88166102a08201526103206102c08201525f614e6e6103208301888a614d7b565b8281036102e0840152614e82818789614d52565b9050828103610300840152614e98818587614d52565b9b9a5050505050505050505050565b614eb181876147e3565b6102a06102408201525f614eca6102a083018688614d7b565b828103806102608501525f82526020810161028085015250614ef0602082018587614d52565b98975050505050505050565b614f0681876147e3565b6102a06102408201525f614f1f6102a083018688614d7b565b828103610260840152614f33818587614d52565b8381036102809094019390935250505f815260200195945050505050565b80820281158282048414176105af576105af61463b565b602081525f610edd602083018486614d52565b8035614f8681613cf5565b6001600160a01b03168252602081810135908301526040808201359083015261ffff614fb460608301614a77565b16606083015263ffffffff614fcb608083016146d2565b1660808301525050565b614fe782614fe283614690565b614c6b565b6020810135614ff581614191565b67ffffffffffffffff16602083015263ffffffff615015604083016146d2565b16604083015263ffffffff61502c606083016146d2565b1660608301525050565b848152602081018490526001600160a01b03831660408201526103008101823561505f81613cf5565b6001600160a01b031660608301526020830135608083015261508760a0830160408501614f7b565b60e083013561509581613cf5565b6001600160a01b03166101408301526150b161010084016141a6565b67ffffffffffffffff166101608301526150ce6101208401613d0c565b6001600160a01b03166101808301526150ea6101408401613eaf565b6fffffffffffffffffffffffffffffffff166101a083015261510f6101608401613d0c565b6001600160a01b03166101c083015261512b6101808401613d0c565b6001600160a01b0381166101e0840152506101a08301356102008301526101c083013561022083015261516661024083016101e08501614fd5565b61517361026084016141a6565b67ffffffffffffffff166102c083015261028092909201356102e0909101529392505050565b8015158114613d09575f5ffd5b81356151b181615199565b815460208401356151c181613e92565b60408501356151cf81614191565b78ffffffffffffffff00000000000000000000000000000000008160881b1660ff851515167fffffffffffffff0000000000000000000000000000000000000000000000000085161770ffffffffffffffffffffffffffffffff008460081b1617178555505050505050565b6001600160a01b038316815260808101823561525681615199565b801515602084015250602083013561526d81613e92565b6fffffffffffffffffffffffffffffffff8116604084015250604083013561529481614191565b67ffffffffffffffff81166060840152509392505050565b6001600160a01b038516815261530e60208201858051825260208101516020830152604081015160408301526060810151606083015267ffffffffffffffff608082015116608083015267ffffffffffffffff60a08201511660a08301525050565b61010060e08201525f61532661010083018486614d52565b9695505050505050565b5f82615363577f4e487b71000000000000000000000000000000000000000000000000000000005f52601260045260245ffd5b500490565b8381526001600160a01b03831660208201526102808101610edd60408301846147e3565b5f5f83357fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe18436030181126153bf575f5ffd5b83018035915067ffffffffffffffff8211156153d9575f5ffd5b602001915036819003821315613e18575f5ffd5b5f5f604083850312156153fe575f5ffd5b505080516020909101519092909150565b6001600160a01b0383168152604081016004831061542f5761542f613d6a565b8260208301529392505050565b5f6020828403121561544c575f5ffd5b612c3982614a77565b6154a881868051825260208101516020830152604081015160408301526060810151606083015267ffffffffffffffff608082015116608083015267ffffffffffffffff60a08201511660a08301525050565b61010060c08201525f6154c061010083018587614d52565b82810360e08401526118c381856145da565b5f5f83357fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe1843603018112615505575f5ffd5b83018035915067ffffffffffffffff82111561551f575f5ffd5b6020019150600581901b3603821315613e18575f5ffd5b60a081016105af8284614f7b565b608081016105af8284614fd5565b5f67ffffffffffffffff83111561556b5761556b6144a8565b8260051b61557b60208201614522565b84815290830190602081019036831115615593575f5ffd5b845b8381101561562d57803567ffffffffffffffff8111156155b3575f5ffd5b860136601f8201126155c3575f5ffd5b803567ffffffffffffffff8111156155dd576155dd6144a8565b6155f06020601f19601f84011601614522565b818152366020838501011115615604575f5ffd5b816020840160208301375f60208383010152808652505050602083019250602081019050615595565b5095945050505050565b5f82518060208501845e5f920191825250919050565b80516020808301519190811015613980575f1960209190910360031b1b16919050565b5f5f8585111561567e575f5ffd5b8386111561568a575f5ffd5b505082019391909203915056' as const
