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

export const inferenceCoprocessorBytecode = '0x60e060405234801561000f575f5ffd5b504660808181523060a0818152604080517f8b73c3c69bb8fe3d512ecc4cf759cc79239f7b179b0ffacaa9a75d522b39400f81527f98ecbb992beaab2a5bcf7892cfa7cdf04b8e0762a64c98ee70b3d6eacf54df6360208201527fc89efdaa54c0f20c7adf612882df0950f5a951637e0307cdcb4c672f298b8bc691810191909152606081019490945291830152902060c05260805160a05160c0516156d36100cc5f395f61243e01525f61241401525f6123e101526156d35ff3fe608060405260043610610183575f3560e01c8063746688d9116100d1578063c6a9632c1161007c578063eac9c78211610057578063eac9c7821461052e578063f154c6e81461054d578063f940e3851461056c575f5ffd5b8063c6a9632c146104d1578063dc587c3f146104f0578063e3b73bc61461050f575f5ffd5b806392fac98c116100ac57806392fac98c146103db578063abe366841461049c578063bb0499e3146104b2575f5ffd5b8063746688d91461037e5780637d0fb7f01461039d57806391791ac6146103bc575f5ffd5b8063436edcdd11610131578063669b09eb1161010c578063669b09eb1461034557806368f56930146103585780636a5dcb2c1461036b575f5ffd5b8063436edcdd1461027057806354b73a6914610313578063665f745414610332575f5ffd5b806329af74111161016157806329af74111461021557806330247d9c1461022b578063423644a11461025a575f5ffd5b8063035ec5841461018757806305b90773146101b9578063115d556f146101f4575b5f5ffd5b348015610192575f5ffd5b506101a66101a1366004613def565b61058b565b6040519081526020015b60405180910390f35b3480156101c4575f5ffd5b506101e76101d3366004613e26565b5f9081526002602052604090205460ff1690565b6040516101b09190613e7e565b3480156101ff575f5ffd5b5061021361020e366004613ef2565b6105b5565b005b348015610220575f5ffd5b506101a66298968081565b348015610236575f5ffd5b5061024a610245366004613f64565b6107df565b60405190151581526020016101b0565b348015610265575f5ffd5b506101a662278d0081565b34801561027b575f5ffd5b5061030661028a366004613e26565b60408051606080820183525f80835260208084018290529284018190529384526005825292829020825193840183525460ff81161515845261010081046fffffffffffffffffffffffffffffffff169184019190915271010000000000000000000000000000000000900467ffffffffffffffff169082015290565b6040516101b09190613fc7565b34801561031e575f5ffd5b506101a661032d366004614047565b610a97565b6101a66103403660046140fa565b610d42565b6101a661035336600461419c565b610e3c565b6101a661036636600461425b565b610f84565b610213610379366004614350565b611323565b348015610389575f5ffd5b506101a661039836600461437d565b611403565b3480156103a8575f5ffd5b5061024a6103b7366004614398565b611458565b3480156103c7575f5ffd5b506101a66103d63660046143b2565b611520565b3480156103e6575f5ffd5b506103066103f5366004614416565b60408051606080820183525f80835260208084018290529284018190526001600160a01b03978816815260038352838120968152958252828620948716865293815281852092909516845290845291829020825191820183525460ff81161515825261010081046fffffffffffffffffffffffffffffffff16938201939093527101000000000000000000000000000000000090920467ffffffffffffffff169082015290565b3480156104a7575f5ffd5b506101a6620493e081565b3480156104bd575f5ffd5b506101a66104cc36600461437d565b61166a565b3480156104dc575f5ffd5b506102136104eb366004614466565b611a1d565b3480156104fb575f5ffd5b506101a661050a3660046144a5565b611a64565b34801561051a575f5ffd5b506102136105293660046144a5565b611a85565b348015610539575f5ffd5b5061021361054836600461437d565b611c74565b348015610558575f5ffd5b506102136105673660046144c0565b611dd9565b348015610577575f5ffd5b506101a6610586366004613def565b611e72565b6001600160a01b038083165f90815260208181526040808320938516835292905220545b92915050565b5f6105bf85611a64565b5f8181526002602052604090205490915060ff1660038160048111156105e7576105e7613e3d565b1482600383909192610631576040517f639c0a860000000000000000000000000000000000000000000000000000000081526004016106289392919061450f565b60405180910390fd5b505f91505085358314801561064a575061064a86611458565b90508281610687576040517fa8b1cde300000000000000000000000000000000000000000000000000000000815260040161062891815260200190565b505f6002868660405161069b929190614530565b602060405180830381855afa1580156106b6573d5f5f3e3d5ffd5b5050506040513d601f19601f820116820180604052508101906106d9919061453f565b9050606087013581818114610723576040517f6eaf2e0300000000000000000000000000000000000000000000000000000000815260048101929092526024820152604401610628565b50505f8481526002602081905260408220805460ff191690911790558061075c8a610753368c90038c018c614601565b8a8a6001612116565b909250905085818361079c576040517f437376bc0000000000000000000000000000000000000000000000000000000081526004016106289291906146b6565b505060405133815286907f3cf062c41b44a0c65ef00735ed977640166abfc75401e6afe6099fe1003b90fe9060200160405180910390a250505050505050505050565b5f5f6107ea86611a64565b5f8181526002602052604090205490915060ff16600181600481111561081257610812613e3d565b1482600183909192610853576040517f639c0a860000000000000000000000000000000000000000000000000000000081526004016106289392919061450f565b5061086991505061020088016101e089016146ce565b67ffffffffffffffff16421115826108896102008a016101e08b016146ce565b90916108d4576040517f7fa06769000000000000000000000000000000000000000000000000000000008152600481019290925267ffffffffffffffff166024820152604401610628565b50505f6108e283898961228b565b90505f6108ee826123a2565b90505f61095761091c6108ff6123de565b604080516119015f526020929092528581526042601e2091905290565b89898080601f0160208091040260200160405190810160405280939291908181526020018383808284375f920191909152506124e992505050565b90506109f660408b018261096e60608e01836146e9565b6040517f97815d4e0000000000000000000000000000000000000000000000000000000081526001600160a01b03868116600483015291909116906397815d4e9060240160e060405180830381865afa1580156109cd573d5f5f3e3d5ffd5b505050506040513d601f19601f820116820180604052508101906109f1919061472a565b6126c2565b5f610a0360408c016128a6565b905080610a1360208c018c6146ce565b67ffffffffffffffff161015610a2c60208c018c6146ce565b829091610a77576040517fbd2b0cca00000000000000000000000000000000000000000000000000000000815267ffffffffffffffff90921660048301526024820152604401610628565b5050610a868b8b8686866128ea565b96505050505050505b949350505050565b5f5f610ae0610aa586612bce565b85858080601f0160208091040260200160405190810160405280939291908181526020018383808284375f920191909152506124e992505050565b90505f610aeb613d8b565b5f5b88811015610d3557368a8a83818110610b0857610b086147b3565b9050602002810190610b1a91906147e0565b90505f610b2682611a64565b5f8181526002602052604081205491925060ff90911690610b4f61020085016101e086016146ce565b67ffffffffffffffff16421180610bba5750610b6d604085016128a6565b8e8e87818110610b7f57610b7f6147b3565b9050602002810190610b9191906147e0565b610ba09061024081019061481c565b610bae9060208101906146ce565b67ffffffffffffffff16105b90508080610bda57506001826004811115610bd757610bd7613e3d565b14155b15610c2057827f3d59bf106af0296ca558e6ac438ce23aca7c36a652cea17fe2c30f66c8e3d8d283604051610c0f9190613e7e565b60405180910390a250505050610d2d565b6001600160a01b038716610c3a60608601604087016146e9565b6001600160a01b031614610ce057610c5860608501604086016146e9565b6040517f97815d4e0000000000000000000000000000000000000000000000000000000081526001600160a01b038a81166004830152919850908816906397815d4e9060240160e060405180830381865afa158015610cb9573d5f5f3e3d5ffd5b505050506040513d601f19601f82011682018060405250810190610cdd919061472a565b95505b610cee6040850189886126c2565b610d1d838f8f88818110610d0457610d046147b3565b9050602002810190610d1691906147e0565b8e8b612c9f565b610d268961487b565b9850505050505b600101610aed565b5050505095945050505050565b5f610dbe604080516101e0810182525f60e082018181526101008301829052835160a0810185528281526020810183905293840182905260608401829052608084018290526101208301939093526101408201819052610160820181905261018082018190526101a082018190526101c0820152908190613d99565b610dcb8989898987612d2d565b9092509050610ddd60208a018a6146e9565b6001600160a01b0316336001600160a01b0316837fcaa75d884fcbc47f0b9cd33a326b8614ffe973bda81714f4fe17508f94c50b99848c8c8b8b604051610e28959493929190614aaa565b60405180910390a450979650505050505050565b5f610eb8604080516101e0810182525f60e082018181526101008301829052835160a0810185528281526020810183905293840182905260608401829052608084018290526101208301939093526101408201819052610160820181905261018082018190526101a082018190526101c0820152908190613d99565b610f1488888860028989604051610ed0929190614530565b602060405180830381855afa158015610eeb573d5f5f3e3d5ffd5b5050506040513d601f19601f82011682018060405250810190610f0e919061453f565b87612d2d565b9092509050610f2660208901896146e9565b6001600160a01b0316336001600160a01b0316837fcaa75d884fcbc47f0b9cd33a326b8614ffe973bda81714f4fe17508f94c50b99848b8b8b8b604051610f71959493929190614aff565b60405180910390a4509695505050505050565b5f610f8e8b612eae565b610f978a6130c0565b8415611084578660028787604051610fb0929190614530565b602060405180830381855afa158015610fcb573d5f5f3e3d5ffd5b5050506040513d601f19601f82011682018060405250810190610fee919061453f565b148760028888604051611002929190614530565b602060405180830381855afa15801561101d573d5f5f3e3d5ffd5b5050506040513d601f19601f82011682018060405250810190611040919061453f565b9091611081576040517f6314530500000000000000000000000000000000000000000000000000000000815260048101929092526024820152604401610628565b50505b6110b16110996101408d016101208e016146e9565b836fffffffffffffffffffffffffffffffff1661315d565b5f6040518060e001604052808d8036038101906110ce9190614bfb565b8152336020820152604081018a90526060016110ea8c8c6132a5565b81526020016110fe368e90038e018e614c9d565b8152600480546020909201915f9061111f9067ffffffffffffffff16614d0b565b825467ffffffffffffffff9182166101009390930a8381029202191617909155815260200161114f600143614d37565b4081525090507fb79853446f9b8c8b795da68e7350f49ef2b73cae20498f1ea81b180415013ef946308360405160200161118c9493929190614de4565b60408051601f198184030181528282528051602091820120606084018352600184526fffffffffffffffffffffffffffffffff8716848301529450908201906111d7908e018e6146ce565b67ffffffffffffffff9081169091525f848152600560209081526040918290208451815486840151969094015190941671010000000000000000000000000000000000027fffffffffffffff0000000000000000ffffffffffffffffffffffffffffffffff6fffffffffffffffffffffffffffffffff909616610100027fffffffffffffffffffffffffffffff00000000000000000000000000000000ff951515959095167fffffffffffffffffffffffffffffff00000000000000000000000000000000009094169390931793909317939093161790556112bb908d018d6146e9565b6001600160a01b0316336001600160a01b0316837f63c644e63d08b1d0c07503848d1c1900c239b5ba13b3b303cce04877db64588384878f8f8e8e8e8e60405161130c989796959493929190614e0f565b60405180910390a4509a9950505050505050505050565b611350611338610140840161012085016146e9565b826fffffffffffffffffffffffffffffffff1661315d565b5f5f61135b846132f1565b805491935091508390829060019061138b90849061010090046fffffffffffffffffffffffffffffffff16614e84565b82546fffffffffffffffffffffffffffffffff91821661010093840a9081029083021990911617909255835460408051888516815292909104909216602082015233925084917fb91b9eeb2437c0c8a01da99b518cf26f32f502dcbab3a84944eee7770808a75391015b60405180910390a350505050565b5f7fb79853446f9b8c8b795da68e7350f49ef2b73cae20498f1ea81b180415013ef946308460405160200161143b9493929190614f4f565b604051602081830303815290604052805190602001209050919050565b80355f908152600260205260408082208151808301909252805483929190829060ff16600481111561148c5761148c613e3d565b600481111561149d5761149d613e3d565b81529054610100900460081b60ff191660209091015290505f6002825160048111156114cb576114cb613e3d565b14806114e957506003825160048111156114e7576114e7613e3d565b145b9050808015610a8f575061150a61150536869003860186614601565b6123a2565b60ff1916826020015160ff191614949350505050565b6001600160a01b038581165f90815260036020908152604080832088845282528083208785168452825280832093861683529281528282208351606081018552905460ff8116151580835261010082046fffffffffffffffffffffffffffffffff169383019390935271010000000000000000000000000000000000900467ffffffffffffffff16938101939093529091908790879087908790611614576040517fee2e003f0000000000000000000000000000000000000000000000000000000081526001600160a01b039485166004820152602481019390935290831660448301529091166064820152608401610628565b505050508267ffffffffffffffff16816040015167ffffffffffffffff1661163c91906150b2565b81602001516fffffffffffffffffffffffffffffffff1661165d91906150c9565b9150505b95945050505050565b5f5f5f611676846132f1565b8054919350915071010000000000000000000000000000000000900467ffffffffffffffff168281428111156116eb576040517ff75c66d7000000000000000000000000000000000000000000000000000000008152600481019290925267ffffffffffffffff166024820152604401610628565b50508154859061010090046fffffffffffffffffffffffffffffffff1661171a610160830161014084016150dc565b6fffffffffffffffffffffffffffffffff908116908216101585611746610160850161014086016150dc565b839091926117a3576040517fe886e94a00000000000000000000000000000000000000000000000000000000815260048101939093526fffffffffffffffffffffffffffffffff9182166024840152166044820152606401610628565b5050506117af82613354565b6117c1610160830161014084016150dc565b90036117d06101e08801613433565b84547fffffffffffffff000000000000000000000000000000000000000000000000ff167101000000000000000000000000000000000067ffffffffffffffff8316027fffffffffffffffffffffffffffffff00000000000000000000000000000000ff16176101006fffffffffffffffffffffffffffffffff84160217855592506118cd604080516101e0810182525f60e082018181526101008301829052835160a0810185528281526020810183905293840182905260608401829052608084018290526101208301939093526101408201819052610160820181905261018082018190526101a082018190526101c0820152908190613d99565b611916836118e36101a08b016101808c016146e9565b6101a08b01356101c08c01356119016102408e016102208f016150f7565b6119119063ffffffff16426150c9565b6134c7565b909750905061192860208401846146e9565b6001600160a01b03166119436101a08a016101808b016146e9565b6001600160a01b0316887fcaa75d884fcbc47f0b9cd33a326b8614ffe973bda81714f4fe17508f94c50b99845f6040519080825280602002602001820160405280156119a357816020015b606081526020019060019003908161198e5790505b506040516119b2929190615110565b60405180910390a4604080516fffffffffffffffffffffffffffffffff8416815267ffffffffffffffff86166020820152889188917fb641fc385284399949bbf246c2af2418aff5e105877eb33b66060a089d64a5ba910160405180910390a3505050505050919050565b336001600160a01b03167f9f0de6eec703f0d4940ccba0b7687e9e7b4ed4b02f3ab2b6dfd621540dddc58b8383604051611a589291906151c2565b60405180910390a25050565b5f604051468152306020820152610240836040830137610280902092915050565b5f611a8f82611a64565b5f8181526002602052604090205490915060ff166001816004811115611ab757611ab7613e3d565b1482600183909192611af8576040517f639c0a860000000000000000000000000000000000000000000000000000000081526004016106289392919061450f565b50611b0e91505061020084016101e085016146ce565b67ffffffffffffffff16421182611b2d61020086016101e087016146ce565b9091611b78576040517fc30ad16d000000000000000000000000000000000000000000000000000000008152600481019290925267ffffffffffffffff166024820152604401610628565b50505f828152600260205260409020805460ff1916600417905582611be3611ba8610180830161016084016146e9565b611bba610140840161012085016146e9565b611bcc610160850161014086016150dc565b6fffffffffffffffffffffffffffffffff16613635565b611bf5610180820161016083016146e9565b6001600160a01b0316837f2f404700dee655bbb8bf05c485c955afa4ebc23609d833e6b40a808c185b96e2611c32610140850161012086016146e9565b611c44610160860161014087016150dc565b604080516001600160a01b0390931683526fffffffffffffffffffffffffffffffff9091166020830152016113f5565b5f5f611c7f836132f1565b9092509050611c966101a0840161018085016146e9565b6001600160a01b03163314611cb36101a0850161018086016146e9565b339091611cff576040517fd993f04a0000000000000000000000000000000000000000000000000000000081526001600160a01b03928316600482015291166024820152604401610628565b505080545f83815260056020526040902080547fffffffffffffff0000000000000000000000000000000000000000000000000016905561010090046fffffffffffffffffffffffffffffffff16611d8c611d62610180860161016087016146e9565b611d74610140870161012088016146e9565b836fffffffffffffffffffffffffffffffff16613635565b6040516fffffffffffffffffffffffffffffffff8216815283907fcb343174e08e06b5829d2362a2cd46b33d6f79b9debc2ff03b29eab9331789c29060200160405180910390a250505050565b335f90815260036020908152604080832087845282528083206001600160a01b038781168552908352818420908616845290915290208190611e1b82826151e2565b905050816001600160a01b031684336001600160a01b03167fac060e06f082a29f39a600a0ad9570c8743e2429288cb81cf36be12c66cdefc78685604051611e64929190615277565b60405180910390a450505050565b5f6001600160a01b038216611eb3576040517fd92e233d00000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b50335f818152602081815260408083206001600160a01b0387168452909152902054908382611f21576040517fac46653e0000000000000000000000000000000000000000000000000000000081526001600160a01b03928316600482015291166024820152604401610628565b5050335f818152602081815260408083206001600160a01b0388811680865291845282852094909455815193871684529183018590529092917fa4195c37c2947bbe89165f03e320b6903116f0b10d8cfdb522330f7ce6f9fa24910160405180910390a36001600160a01b038316612031575f826001600160a01b0316826040515f6040518083038185875af1925050503d805f8114611fdc576040519150601f19603f3d011682016040523d82523d5f602084013e611fe1565b606091505b5050905080839061202a576040517f09b62ba10000000000000000000000000000000000000000000000000000000081526001600160a01b039091166004820152602401610628565b50506105af565b6040516001600160a01b0383166024820152604481018290525f906120b290859060640160408051601f198184030181529190526020810180517bffffffffffffffffffffffffffffffffffffffffffffffffffffffff167fa9059cbb00000000000000000000000000000000000000000000000000000000179052613673565b905083825f83900380821461210c576040517fcf3e13520000000000000000000000000000000000000000000000000000000081526001600160a01b03909316600484015260248301919091526044820152606401610628565b5050505092915050565b5f60608161212c6101a089016101808a016146e9565b87878760405160240161214294939291906152e8565b60408051601f198184030181529190526020810180517bffffffffffffffffffffffffffffffffffffffffffffffffffffffff167f329b18960000000000000000000000000000000000000000000000000000000017905290505f6121ae6101008a0160e08b016146e9565b90505f6121c36101208b016101008c016146ce565b67ffffffffffffffff1690505f6121db8860106150b2565b614e206121e9603f8561536c565b6121f390856150c9565b6121fd91906150c9565b61220791906150c9565b90505f5a9050818181811015612252576040517ffe336aa700000000000000000000000000000000000000000000000000000000815260048101929092526024820152604401610628565b5050871561225e578092505b5f5f8651602088015f8888f196508661227c576122796138ac565b95505b50505050509550959350505050565b6122d26040518060c001604052805f81526020015f81526020015f81526020015f81526020015f67ffffffffffffffff1681526020015f67ffffffffffffffff1681525090565b6040518060c00160405280858152602001845f01602001358152602001846101a001358152602001600284806040019061230c91906153a4565b60405161231a929190614530565b602060405180830381855afa158015612335573d5f5f3e3d5ffd5b5050506040513d601f19601f82011682018060405250810190612358919061453f565b815260209081019061236c908501856146ce565b67ffffffffffffffff16815260200183602001602081019061238e91906146ce565b67ffffffffffffffff169052949350505050565b6040517f1b8ccf7e9eb213e046fec05a3116dce0dbfd0445a9b900bc3edd1b0d5c9feb3d8082525f9160c084602083015e60e090209392505050565b5f7f0000000000000000000000000000000000000000000000000000000000000000461480156124365750306001600160a01b037f000000000000000000000000000000000000000000000000000000000000000016145b1561246057507f000000000000000000000000000000000000000000000000000000000000000090565b50604080517f8b73c3c69bb8fe3d512ecc4cf759cc79239f7b179b0ffacaa9a75d522b39400f81527f98ecbb992beaab2a5bcf7892cfa7cdf04b8e0762a64c98ee70b3d6eacf54df6360208201527fc89efdaa54c0f20c7adf612882df0950f5a951637e0307cdcb4c672f298b8bc69181019190915246606082015230608082015260a0902090565b80515f90604190818114612532576040517fbd1e500200000000000000000000000000000000000000000000000000000000815260048101929092526024820152604401610628565b50505f5f8380602001905181019061254a9190615405565b915091505f84604081518110612562576125626147b3565b016020015160f81c9050601b81148061257e57508060ff16601c145b81906125bc576040517f1ee5d21a00000000000000000000000000000000000000000000000000000000815260ff9091166004820152602401610628565b50817f7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a081111561261b576040517f0350fbc800000000000000000000000000000000000000000000000000000000815260040161062891815260200190565b50604080515f81526020810180835288905260ff831691810191909152606081018490526080810183905260019060a0016020604051602081039080840390855afa15801561266c573d5f5f3e3d5ffd5b5050604051601f1901519450506001600160a01b0384166126b9576040517f37e8456b00000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b50505092915050565b6001815160038111156126d7576126d7613e3d565b82518492909114612716576040517f4acf5ffc000000000000000000000000000000000000000000000000000000008152600401610628929190615427565b5050806060015183602001351480612732575060208301355f19145b828460200135836060015190919261278f576040517f7e3c17720000000000000000000000000000000000000000000000000000000081526001600160a01b03909316600484015260248301919091526044820152606401610628565b5050508060800151836040013514806127ac575060408301355f19145b8284604001358360800151909192612809576040517f0d803bb70000000000000000000000000000000000000000000000000000000081526001600160a01b03909316600484015260248301919091526044820152606401610628565b505050602081015160ff166128246080850160608601615454565b61ffff16901c600190811614826128416080860160608701615454565b836020015190919261289e576040517f0a111b280000000000000000000000000000000000000000000000000000000081526001600160a01b03909316600484015261ffff909116602483015260ff166044820152606401610628565b505050505050565b5f806128b860a08401608085016150f7565b63ffffffff1690508042116128cd575f6128e3565b6128d78142614d37565b6128e3906103e86150b2565b9392505050565b5f80620493e06128fc426103e86150b2565b61290691906150c9565b90508061291660208801886146ce565b67ffffffffffffffff16111561292f60208801886146ce565b82909161297a576040517fba08b21e00000000000000000000000000000000000000000000000000000000815267ffffffffffffffff90921660048301526024820152604401610628565b505f905061299361298e60408901896153a4565b613913565b90506101c0880135818181146129de576040517fbb28256d00000000000000000000000000000000000000000000000000000000815260048101929092526024820152604401610628565b505060408051808201909152806002815260ff1980881660209283015288515f9081526002909252604090912082518154919290918391166001836004811115612a2a57612a2a613e3d565b0217905550602091820151815460089190911c6101000260ff909116179055612a7d90612a59908a018a6146e9565b612a6b6101408b016101208c016146e9565b611bcc6101608c016101408d016150dc565b600192505f612a936101008a0160e08b016146e9565b6001600160a01b031614612b30576060612abb8988612ab560408c018c6153a4565b5f612116565b909450905083612b2e5786515f9081526002602052604090819020805460ff191660031790558751907fd74a424f49b154b1a5f6d44fb6724573a5ac7cb95580c3e147de180b8ed26e9a908990612b14908c018c6153a4565b85604051612b25949392919061546d565b60405180910390a25b505b6001600160a01b038416612b4760208a018a6146e9565b87516060808a01516080808c015160a0808e01516040805195865267ffffffffffffffff93841660208701529216918401919091523393830193909352881515908201526001600160a01b0393909316927f3f069155488332d5c2b9260d835d43cf56a64753573e4dcbc778c92a71587ccd910160405180910390a4505095945050505050565b5f807f21b4c6ee8a3153262cb6405647d02cd8d41f5513efea330f16e4093558229cee612bfe60208501856146ce565b6020850135612c1360608701604088016146ce565b60408051602081019590955267ffffffffffffffff93841690850152606084019190915216608082015260a0016040516020818303038152906040528051906020012090506128e3612c827f5edc28ea5a96d5822bc933697bf19e5e1df2a52b9e33dcc30d00cb7199d2b37a90565b604080516119015f526020929092528381526042601e2091905290565b5f612cb88585612cb361024082018261481c565b61228b565b90505f612cc4826123a2565b9050612d0a612cf1612cd46123de565b604080516119015f526020929092528481526042601e2091905290565b60a0840151612d046102608901896154ea565b88613a53565b612d2485612d1c61024082018261481c565b8484876128ea565b50505050505050565b5f612da9604080516101e0810182525f60e082018181526101008301829052835160a0810185528281526020810183905293840182905260608401829052608084018290526101208301939093526101408201819052610160820181905261018082018190526101a082018190526101c0820152908190613d99565b612db287612eae565b5f612dc062278d00426150c9565b9050428467ffffffffffffffff16118015612de55750808467ffffffffffffffff1611155b612df04260016150c9565b8286909192612e46576040517f87f2ccc70000000000000000000000000000000000000000000000000000000081526004810193909352602483019190915267ffffffffffffffff166044820152606401610628565b50612e899150612e6090506101408a016101208b016146e9565b612e726101608b016101408c016150dc565b6fffffffffffffffffffffffffffffffff1661315d565b612e9f883387612e998b8b6132a5565b886134c7565b92509250509550959350505050565b604081015f80612ec160608501846146e9565b6001600160a01b031614158015612edb5750602082013515155b8015612eea5750604082013515155b8015612f085750612f016080830160608401615454565b61ffff1615155b8015612f285750612f1f60a08301608084016150f7565b63ffffffff1615155b90508181612f63576040517fd167a0dc000000000000000000000000000000000000000000000000000000008152600401610628919061554e565b505f612f77610180850161016086016146e9565b6001600160a01b031603612fb7576040517fd92e233d00000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b5f80612fca610100860160e087016146e9565b6001600160a01b031614612fe15762989680612fe3565b5f5b90505f81612ff9610120870161010088016146ce565b67ffffffffffffffff161115801561304d575061301e610120860161010087016146ce565b67ffffffffffffffff1615158061304d57505f613042610100870160e088016146e9565b6001600160a01b0316145b90508082613063610120880161010089016146ce565b90916130ae576040517f67f04d5e000000000000000000000000000000000000000000000000000000008152600481019290925267ffffffffffffffff166024820152604401610628565b50506130b985613354565b5050505050565b5f6130d160408301602084016150f7565b63ffffffff16158015906130f957506130f060608301604084016150f7565b63ffffffff1615155b801561311d575062278d0061311460608401604085016150f7565b63ffffffff1611155b90508181613158576040517fc95faeed000000000000000000000000000000000000000000000000000000008152600401610628919061555c565b505050565b5f6001600160a01b03831615613173575f613175565b815b905080348082146131bb576040517f626ade3000000000000000000000000000000000000000000000000000000000815260048101929092526024820152604401610628565b50506001600160a01b0383166131d057505050565b604051336024820152306044820152606481018390525f9061324e90859060840160408051601f198184030181529190526020810180517bffffffffffffffffffffffffffffffffffffffffffffffffffffffff167f23b872dd00000000000000000000000000000000000000000000000000000000179052613673565b9050838382818114612d24576040517fcf3e13520000000000000000000000000000000000000000000000000000000081526001600160a01b03909316600484015260248301919091526044820152606401610628565b5f8181036132df576040517f2d32f2e700000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b6128e36132ec838561556a565b613ac8565b5f5f6132fc83611403565b5f81815260056020526040902080549193509150829060ff1661334e576040517f8ed1a6aa00000000000000000000000000000000000000000000000000000000815260040161062891815260200190565b50915091565b5f61339e61336560208401846146e9565b602084013561337c610140860161012087016146e9565b61338c60608701604088016146e9565b6103d6610120880161010089016146ce565b9050806133b3610160840161014085016150dc565b6fffffffffffffffffffffffffffffffff161015816133da610160850161014086016150dc565b909161342d576040517f0cbe2bf200000000000000000000000000000000000000000000000000000000815260048101929092526fffffffffffffffffffffffffffffffff166024820152604401610628565b50505050565b5f8061344260208401846146ce565b6134569067ffffffffffffffff1642614d37565b90505f61346960408501602086016150f7565b6134799063ffffffff168361536c565b6134849060016150c9565b905061349660408501602086016150f7565b6134a69063ffffffff16826150b2565b6134b360208601866146ce565b67ffffffffffffffff16610a8f91906150c9565b5f613543604080516101e0810182525f60e082018181526101008301829052835160a0810185528281526020810183905293840182905260608401829052608084018290526101208301939093526101408201819052610160820181905261018082018190526101a082018190526101c0820152908190613d99565b6040518060e001604052808880360381019061355f9190614bfb565b8152602001876001600160a01b031681526020018681526020018581526020018467ffffffffffffffff16815260200160015f81819054906101000a900467ffffffffffffffff166135b090614d0b565b825467ffffffffffffffff9182166101009390930a838102920219161790915581526020016135e0600143614d37565b4081525090504630826040516020016135fb9392919061564f565b60408051808303601f1901815291815281516020928301205f81815260029093529120805460ff1916600117905597909650945050505050565b6001600160a01b038084165f90815260208181526040808320938616835292905290812080548392906136699084906150c9565b9091555050505050565b5f60ff815c16156136b0576040517f5865249e00000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b60015f805c60ff19168217905d506040517f70a082310000000000000000000000000000000000000000000000000000000081523060048201525f906001600160a01b038516906370a0823190602401602060405180830381865afa15801561371b573d5f5f3e3d5ffd5b505050506040513d601f19601f8201168201806040525081019061373f919061453f565b90505f5f856001600160a01b03168560405161375b9190615673565b5f604051808303815f865af19150503d805f8114613794576040519150601f19603f3d011682016040523d82523d5f602084013e613799565b606091505b50915091505f81515f14806137c3575060208251101580156137c357506137bf82615689565b6001145b90508280156137cf5750805b8790613813576040517f2b596cb70000000000000000000000000000000000000000000000000000000081526001600160a01b039091166004820152602401610628565b506040517f70a0823100000000000000000000000000000000000000000000000000000000815230600482015284906001600160a01b038916906370a0823190602401602060405180830381865afa158015613871573d5f5f3e3d5ffd5b505050506040513d601f19601f82011682018060405250810190613895919061453f565b0394505f60ff19815c16815d505050505092915050565b60603d61010081106138c0576101006138c2565b805b67ffffffffffffffff8111156138da576138da614556565b6040519080825280601f01601f191660200182016040528015613904576020820181803683370190505b50915081515f602084013e5090565b5f5f61392184846020613b38565b90505f5b81811015613a4b575f61394e868661393e8560206150b2565b6139499060406150c9565b613b38565b6139599060406150c9565b90505f613967878784613b38565b61397190836150c9565b90505f61397f888884613b38565b61398a8360206150c9565b61399491906150c9565b90508087808211156139db576040517f956abc8e00000000000000000000000000000000000000000000000000000000815260048101929092526024820152604401610628565b5086905088886139ec8560206150c9565b6139f8928592906156ac565b604051613a06929190614530565b604051908190038120613a259291602001918252602082015260400190565b604051602081830303815290604052805190602001209550505050806001019050613925565b505092915050565b8367ffffffffffffffff165f03613a96576040517f8243f43000000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b6130b98567ffffffffffffffff86168585613ab460208701876146ce565b67ffffffffffffffff168660200135613b95565b5f805b8251811015613b325781838281518110613ae757613ae76147b3565b602002602001015180519060200120604051602001613b10929190918252602082015260400190565b60408051601f1981840301815291905280516020909101209150600101613acb565b50919050565b82810135602082018310604082901c1715828482613b8b576040517f956abc8e00000000000000000000000000000000000000000000000000000000815260048101929092526024820152604401610628565b5050509392505050565b8482808210613bd9576040517fd206c01200000000000000000000000000000000000000000000000000000000815260048101929092526024820152604401610628565b505f90508080613bea600186614d37565b9050604051888760051b89015f5f528b60205260205f6021601f60025afa5f513d60201490911696509450895b5f85118282101615613c9f5760015f5360018316838614178015613c63578135600152866021525b5f841160018516151615613c5e578360011c93508560011c9550613c3f565b613c6d565b8660015281356021525b508260011c92508460011c945060205f60415f60025afa8716965060203d14871696505f519550602081019050613c17565b81811015613cac57600194505b50505060405282613ce9576040517fc176b3c500000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b8785878315613d35576040517f79ed90f8000000000000000000000000000000000000000000000000000000008152600481019390935260248301919091526044820152606401610628565b50505083821484839091613d7e576040517f7c532e3100000000000000000000000000000000000000000000000000000000815260048101929092526024820152604401610628565b5050505050505050505050565b6040805160e08101909152805f5b81525f6020820181905260408201819052606082018190526080820181905260a0820181905260c09091015290565b6001600160a01b0381168114613ddc575f5ffd5b50565b8035613dea81613dc8565b919050565b5f5f60408385031215613e00575f5ffd5b8235613e0b81613dc8565b91506020830135613e1b81613dc8565b809150509250929050565b5f60208284031215613e36575f5ffd5b5035919050565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52602160045260245ffd5b60058110613e7a57613e7a613e3d565b9052565b602081016105af8284613e6a565b5f6102408284031215613b32575f5ffd5b5f60c08284031215613b32575f5ffd5b5f5f83601f840112613ebd575f5ffd5b50813567ffffffffffffffff811115613ed4575f5ffd5b602083019150836020828501011115613eeb575f5ffd5b9250929050565b5f5f5f5f6103208587031215613f06575f5ffd5b613f108686613e8c565b9350613f20866102408701613e9d565b925061030085013567ffffffffffffffff811115613f3c575f5ffd5b613f4887828801613ead565b95989497509550505050565b5f60608284031215613b32575f5ffd5b5f5f5f5f6102808587031215613f78575f5ffd5b613f828686613e8c565b935061024085013567ffffffffffffffff811115613f9e575f5ffd5b613faa87828801613f54565b93505061026085013567ffffffffffffffff811115613f3c575f5ffd5b8151151581526020808301516fffffffffffffffffffffffffffffffff169082015260408083015167ffffffffffffffff1690820152606081016105af565b5f5f83601f840112614016575f5ffd5b50813567ffffffffffffffff81111561402d575f5ffd5b6020830191508360208260051b8501011115613eeb575f5ffd5b5f5f5f5f5f60a0868803121561405b575f5ffd5b853567ffffffffffffffff811115614071575f5ffd5b61407d88828901614006565b909650945061409190508760208801613f54565b9250608086013567ffffffffffffffff8111156140ac575f5ffd5b6140b888828901613ead565b969995985093965092949392505050565b5f6101808284031215613b32575f5ffd5b67ffffffffffffffff81168114613ddc575f5ffd5b8035613dea816140da565b5f5f5f5f5f5f5f610200888a031215614111575f5ffd5b61411b89896140c9565b965061018088013567ffffffffffffffff811115614137575f5ffd5b6141438a828b01614006565b9097509550506101a088013593506101c088013567ffffffffffffffff81111561416b575f5ffd5b6141778a828b01613ead565b9094509250506101e088013561418c816140da565b8091505092959891949750929550565b5f5f5f5f5f5f6101e087890312156141b2575f5ffd5b6141bc88886140c9565b955061018087013567ffffffffffffffff8111156141d8575f5ffd5b6141e489828a01614006565b9096509450506101a087013567ffffffffffffffff811115614204575f5ffd5b61421089828a01613ead565b9094509250506101c0870135614225816140da565b809150509295509295509295565b6fffffffffffffffffffffffffffffffff81168114613ddc575f5ffd5b8035613dea81614233565b5f5f5f5f5f5f5f5f5f5f6102808b8d031215614275575f5ffd5b61427f8c8c6140c9565b995061428f8c6101808d01613f54565b98506101e08b013567ffffffffffffffff8111156142ab575f5ffd5b6142b78d828e01614006565b9099509750506102008b013595506102208b013567ffffffffffffffff8111156142df575f5ffd5b6142eb8d828e01613ead565b9096509450506102408b013567ffffffffffffffff81111561430b575f5ffd5b6143178d828e01613ead565b9094509250506102608b013561432c81614233565b809150509295989b9194979a5092959850565b5f6102808284031215613b32575f5ffd5b5f5f6102a08385031215614362575f5ffd5b61436c848461433f565b9150610280830135613e1b81614233565b5f610280828403121561438e575f5ffd5b6128e3838361433f565b5f60c082840312156143a8575f5ffd5b6128e38383613e9d565b5f5f5f5f5f60a086880312156143c6575f5ffd5b85356143d181613dc8565b94506020860135935060408601356143e881613dc8565b925060608601356143f881613dc8565b91506080860135614408816140da565b809150509295509295909350565b5f5f5f5f60808587031215614429575f5ffd5b843561443481613dc8565b935060208501359250604085013561444b81613dc8565b9150606085013561445b81613dc8565b939692955090935050565b5f5f60208385031215614477575f5ffd5b823567ffffffffffffffff81111561448d575f5ffd5b61449985828601613ead565b90969095509350505050565b5f61024082840312156144b6575f5ffd5b6128e38383613e8c565b5f5f5f5f60c085870312156144d3575f5ffd5b8435935060208501356144e581613dc8565b925060408501356144f581613dc8565b91506145048660608701613f54565b905092959194509250565b838152606081016145236020830185613e6a565b610a8f6040830184613e6a565b818382375f9101908152919050565b5f6020828403121561454f575f5ffd5b5051919050565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52604160045260245ffd5b60405160e0810167ffffffffffffffff811182821017156145a6576145a6614556565b60405290565b604051610100810167ffffffffffffffff811182821017156145a6576145a6614556565b604051601f8201601f1916810167ffffffffffffffff811182821017156145f9576145f9614556565b604052919050565b5f60c0828403128015614612575f5ffd5b5060405160c0810167ffffffffffffffff8111828210171561463657614636614556565b604090815283358252602080850135908301528381013590820152606080840135908201526080830135614669816140da565b608082015260a083013561467c816140da565b60a08201529392505050565b5f81518084528060208401602086015e5f602082860101526020601f19601f83011685010191505092915050565b828152604060208201525f610a8f6040830184614688565b5f602082840312156146de575f5ffd5b81356128e3816140da565b5f602082840312156146f9575f5ffd5b81356128e381613dc8565b805160ff81168114613dea575f5ffd5b8051613dea81613dc8565b8051613dea816140da565b5f60e082840312801561473b575f5ffd5b50614744614583565b825160048110614752575f5ffd5b815261476060208401614704565b602082015261477160408401614714565b6040820152606083810151908201526080808401519082015261479660a0840161471f565b60a08201526147a760c0840161471f565b60c08201529392505050565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52603260045260245ffd5b5f82357ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffd81833603018112614812575f5ffd5b9190910192915050565b5f82357fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa1833603018112614812575f5ffd5b7f4e487b71000000000000000000000000000000000000000000000000000000005f52601160045260245ffd5b5f5f19820361488c5761488c61484e565b5060010190565b6001600160a01b0381511682526020810151602083015260408101516001600160a01b038151166040840152602081015160608401526040810151608084015261ffff60608201511660a084015263ffffffff60808201511660c084015250606081015161490c60e08401826001600160a01b03169052565b50608081015167ffffffffffffffff1661010083015260a08101516001600160a01b0390811661012084015260c08201516fffffffffffffffffffffffffffffffff1661014084015260e0909101511661016090910152565b614970828251614893565b60208101516001600160a01b031661018083015260408101516101a083015260608101516101c0830152608081015167ffffffffffffffff9081166101e084015260a08201511661020083015260c0015161022090910152565b81835281816020850137505f602082840101525f6020601f19601f840116840101905092915050565b5f8383855260208501945060208460051b820101835f7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe1863603015b87821015614a9d57601f198585030189528235818112614a4d575f5ffd5b870160208101903567ffffffffffffffff811115614a69575f5ffd5b803603821315614a77575f5ffd5b614a828682846149ca565b95505050602083019250602089019850600182019150614a2f565b5091979650505050505050565b614ab48187614965565b6102a06102408201525f614acd6102a0830186886149f3565b828103806102608501525f82526020810161028085015250614af36020820185876149ca565b98975050505050505050565b614b098187614965565b6102a06102408201525f614b226102a0830186886149f3565b828103610260840152614b368185876149ca565b8381036102809094019390935250505f815260200195945050505050565b803561ffff81168114613dea575f5ffd5b803563ffffffff81168114613dea575f5ffd5b5f60a08284031215614b88575f5ffd5b60405160a0810167ffffffffffffffff81118282101715614bab57614bab614556565b6040529050808235614bbc81613dc8565b81526020838101359082015260408084013590820152614bde60608401614b54565b6060820152614bef60808401614b65565b60808201525092915050565b5f610180828403128015614c0d575f5ffd5b50614c166145ac565b614c1f83613ddf565b815260208381013590820152614c388460408501614b78565b6040820152614c4960e08401613ddf565b6060820152614c5b61010084016140ef565b6080820152614c6d6101208401613ddf565b60a0820152614c7f6101408401614250565b60c0820152614c916101608401613ddf565b60e08201529392505050565b5f6060828403128015614cae575f5ffd5b506040516060810167ffffffffffffffff81118282101715614cd257614cd2614556565b6040528235614ce0816140da565b8152614cee60208401614b65565b6020820152614cff60408401614b65565b60408201529392505050565b5f67ffffffffffffffff821667ffffffffffffffff8103614d2e57614d2e61484e565b60010192915050565b818103818111156105af576105af61484e565b614d55828251614893565b6001600160a01b0360208201511661018083015260408101516101a083015260608101516101c0830152608081015167ffffffffffffffff8151166101e084015263ffffffff60208201511661020084015263ffffffff6040820151166102208401525060a0810151614dd561024084018267ffffffffffffffff169052565b5060c001516102609190910152565b848152602081018490526001600160a01b03831660408201526102e081016116616060830184614d4a565b614e19818a614d4a565b6fffffffffffffffffffffffffffffffff88166102808201526103006102a08201525f614e4b6103008301888a6149f3565b8281036102c0840152614e5f8187896149ca565b90508281036102e0840152614e758185876149ca565b9b9a5050505050505050505050565b6fffffffffffffffffffffffffffffffff81811683821601908111156105af576105af61484e565b8035614eb781613dc8565b6001600160a01b03168252602081810135908301526040808201359083015261ffff614ee560608301614b54565b16606083015263ffffffff614efc60808301614b65565b1660808301525050565b8035614f11816140da565b67ffffffffffffffff16825263ffffffff614f2e60208301614b65565b16602083015263ffffffff614f4560408301614b65565b1660408301525050565b848152602081018490526001600160a01b03831660408201526102e081018235614f7881613dc8565b6001600160a01b0316606083015260208301356080830152614fa060a0830160408501614eac565b60e0830135614fae81613dc8565b6001600160a01b0316610140830152614fca61010084016140ef565b67ffffffffffffffff16610160830152614fe76101208401613ddf565b6001600160a01b03166101808301526150036101408401614250565b6fffffffffffffffffffffffffffffffff166101a08301526150286101608401613ddf565b6001600160a01b03166101c08301526150446101808401613ddf565b6001600160a01b0381166101e0840152506101a08301356102008301526101c083013561022083015261507f61024083016101e08501614f06565b61508c61024084016140ef565b67ffffffffffffffff166102a083015261026092909201356102c0909101529392505050565b80820281158282048414176105af576105af61484e565b808201808211156105af576105af61484e565b5f602082840312156150ec575f5ffd5b81356128e381614233565b5f60208284031215615107575f5ffd5b6128e382614b65565b5f6102a082016151208386614965565b6102a06102408401528084518083526102c0850191506102c08160051b8601019250602086015f5b82811015615197577ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffd40878603018452615182858351614688565b94506020938401939190910190600101615148565b505050508281036102608401525f8152602081018381036102808501525f8152905060208101611661565b602081525f610a8f6020830184866149ca565b8015158114613ddc575f5ffd5b81356151ed816151d5565b815460208401356151fd81614233565b604085013561520b816140da565b78ffffffffffffffff00000000000000000000000000000000008160881b1660ff851515167fffffffffffffff0000000000000000000000000000000000000000000000000085161770ffffffffffffffffffffffffffffffff008460081b1617178555505050505050565b6001600160a01b0383168152608081018235615292816151d5565b80151560208401525060208301356152a981614233565b6fffffffffffffffffffffffffffffffff811660408401525060408301356152d0816140da565b67ffffffffffffffff81166060840152509392505050565b6001600160a01b038516815261534a60208201858051825260208101516020830152604081015160408301526060810151606083015267ffffffffffffffff608082015116608083015267ffffffffffffffff60a08201511660a08301525050565b61010060e08201525f615362610100830184866149ca565b9695505050505050565b5f8261539f577f4e487b71000000000000000000000000000000000000000000000000000000005f52601260045260245ffd5b500490565b5f5f83357fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe18436030181126153d7575f5ffd5b83018035915067ffffffffffffffff8211156153f1575f5ffd5b602001915036819003821315613eeb575f5ffd5b5f5f60408385031215615416575f5ffd5b505080516020909101519092909150565b6001600160a01b0383168152604081016004831061544757615447613e3d565b8260208301529392505050565b5f60208284031215615464575f5ffd5b6128e382614b54565b6154c081868051825260208101516020830152604081015160408301526060810151606083015267ffffffffffffffff608082015116608083015267ffffffffffffffff60a08201511660a08301525050565b61010060c08201525f6154d8610100830185876149ca565b82810360e084015261165d8185614688565b5f5f83357fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe184360301811261551d575f5ffd5b83018035915067ffffffffffffffff821115615537575f5ffd5b6020019150600581901b3603821315613eeb575f5ffd5b60a081016105af8284614eac565b606081016105af8284614f06565b5f67ffffffffffffffff83111561558357615583614556565b8260051b615593602082016145d0565b848152908301906020810190368311156155ab575f5ffd5b845b8381101561564557803567ffffffffffffffff8111156155cb575f5ffd5b860136601f8201126155db575f5ffd5b803567ffffffffffffffff8111156155f5576155f5614556565b6156086020601f19601f840116016145d0565b81815236602083850101111561561c575f5ffd5b816020840160208301375f602083830101528086525050506020830192506020810190506155ad565b5095945050505050565b8381526001600160a01b03831660208201526102808101610a8f6040830184614965565b5f82518060208501845e5f920191825250919050565b80516020808301519190811015613b32575f1960209190910360031b1b16919050565b5f5f858511156156ba575f5ffd5b838611156156c6575f5ffd5b505082019391909203915056' as const
