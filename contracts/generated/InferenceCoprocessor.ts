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

export const inferenceCoprocessorBytecode = '0x60c060405234801561000f575f5ffd5b504660a0818152604080517f8b73c3c69bb8fe3d512ecc4cf759cc79239f7b179b0ffacaa9a75d522b39400f6020808301919091527f98ecbb992beaab2a5bcf7892cfa7cdf04b8e0762a64c98ee70b3d6eacf54df63828401527fc89efdaa54c0f20c7adf612882df0950f5a951637e0307cdcb4c672f298b8bc66060830152608082019490945230818401528151808203909301835260c0019052805191012060805260805160a05161476f6100d45f395f61182301525f611859015261476f5ff3fe608060405260043610610123575f3560e01c80637d0fb7f0116100a1578063c6a9632c11610071578063e3b73bc611610057578063e3b73bc6146103e8578063f154c6e814610407578063f940e38514610426575f5ffd5b8063c6a9632c146103aa578063dc587c3f146103c9575f5ffd5b80637d0fb7f01461025557806391791ac61461027457806392fac98c14610293578063abe3668414610394575f5ffd5b806330247d9c116100f657806354b73a69116100dc57806354b73a6914610210578063665f74541461022f578063669b09eb14610242575f5ffd5b806330247d9c146101cb578063423644a1146101fa575f5ffd5b8063035ec5841461012757806305b9077314610159578063115d556f1461019457806329af7411146101b5575b5f5ffd5b348015610132575f5ffd5b50610146610141366004613210565b610445565b6040519081526020015b60405180910390f35b348015610164575f5ffd5b50610187610173366004613247565b5f9081526002602052604090205460ff1690565b604051610150919061329f565b34801561019f575f5ffd5b506101b36101ae366004613313565b61046f565b005b3480156101c0575f5ffd5b506101466298968081565b3480156101d6575f5ffd5b506101ea6101e5366004613385565b610699565b6040519015158152602001610150565b348015610205575f5ffd5b5061014662278d0081565b34801561021b575f5ffd5b5061014661022a366004613429565b61090b565b61014661023d3660046134dc565b610b5d565b61014661025036600461357e565b610c57565b348015610260575f5ffd5b506101ea61026f366004613615565b610d9f565b34801561027f575f5ffd5b5061014661028e36600461362f565b610e67565b34801561029e575f5ffd5b506103546102ad366004613693565b60408051606080820183525f80835260208084018290529284018190526001600160a01b03978816815260038352838120968152958252828620948716865293815281852092909516845290845291829020825191820183525460ff81161515825261010081046fffffffffffffffffffffffffffffffff16938201939093527101000000000000000000000000000000000090920467ffffffffffffffff169082015290565b604080518251151581526020808401516fffffffffffffffffffffffffffffffff16908201529181015167ffffffffffffffff1690820152606001610150565b34801561039f575f5ffd5b50610146620493e081565b3480156103b5575f5ffd5b506101b36103c43660046136e3565b610faf565b3480156103d4575f5ffd5b506101466103e3366004613722565b610ff6565b3480156103f3575f5ffd5b506101b3610402366004613722565b611029565b348015610412575f5ffd5b506101b361042136600461373d565b611221565b348015610431575f5ffd5b50610146610440366004613210565b6112ba565b6001600160a01b038083165f90815260208181526040808320938516835292905220545b92915050565b5f61047985610ff6565b5f8181526002602052604090205490915060ff1660038160048111156104a1576104a161325e565b14826003839091926104eb576040517f639c0a860000000000000000000000000000000000000000000000000000000081526004016104e29392919061378c565b60405180910390fd5b505f915050853583148015610504575061050486610d9f565b90508281610541576040517fa8b1cde30000000000000000000000000000000000000000000000000000000081526004016104e291815260200190565b505f600286866040516105559291906137ad565b602060405180830381855afa158015610570573d5f5f3e3d5ffd5b5050506040513d601f19601f8201168201806040525081019061059391906137bc565b90506060870135818181146105dd576040517f6eaf2e03000000000000000000000000000000000000000000000000000000008152600481019290925260248201526044016104e2565b50505f8481526002602081905260408220805460ff19169091179055806106168a61060d368c90038c018c61387e565b8a8a600161155e565b9092509050858183610656576040517f437376bc0000000000000000000000000000000000000000000000000000000081526004016104e2929190613933565b505060405133815286907f3cf062c41b44a0c65ef00735ed977640166abfc75401e6afe6099fe1003b90fe9060200160405180910390a250505050505050505050565b5f5f6106a486610ff6565b5f8181526002602052604090205490915060ff1660018160048111156106cc576106cc61325e565b148260018390919261070d576040517f639c0a860000000000000000000000000000000000000000000000000000000081526004016104e29392919061378c565b5061072391505061020088016101e0890161394b565b67ffffffffffffffff16421115826107436102008a016101e08b0161394b565b909161078e576040517f7fa06769000000000000000000000000000000000000000000000000000000008152600481019290925267ffffffffffffffff1660248201526044016104e2565b50505f61079c8389896116d3565b90505f6107a8826117ec565b90505f61084f6108146107b9611820565b846040517f1901000000000000000000000000000000000000000000000000000000000000602082015260228101839052604281018290525f9060620160405160208183030381529060405280519060200120905092915050565b89898080601f0160208091040260200160405190810160405280939291908181526020018383808284375f9201919091525061187b92505050565b90506108ee60408b018261086660608e0183613966565b6040517f97815d4e0000000000000000000000000000000000000000000000000000000081526001600160a01b03868116600483015291909116906397815d4e9060240160e060405180830381865afa1580156108c5573d5f5f3e3d5ffd5b505050506040513d601f19601f820116820180604052508101906108e991906139a7565b611a54565b6108fb8a8a858585611c38565b955050505050505b949350505050565b5f8061096261092761092236889003880188613a30565b611eb4565b85858080601f0160208091040260200160405190810160405280939291908181526020018383808284375f9201919091525061187b92505050565b90505f61096d6131ac565b5f5b88811015610b5057368a8a8381811061098a5761098a613a99565b905060200281019061099c9190613ac6565b90505f6109a882610ff6565b5f8181526002602052604090205490915060ff1660018160048111156109d0576109d061325e565b1415806109f757506109ea61020084016101e0850161394b565b67ffffffffffffffff1642115b15610a3c57817f3d59bf106af0296ca558e6ac438ce23aca7c36a652cea17fe2c30f66c8e3d8d282604051610a2c919061329f565b60405180910390a2505050610b48565b6001600160a01b038616610a566060850160408601613966565b6001600160a01b031614610afc57610a746060840160408501613966565b6040517f97815d4e0000000000000000000000000000000000000000000000000000000081526001600160a01b038981166004830152919750908716906397815d4e9060240160e060405180830381865afa158015610ad5573d5f5f3e3d5ffd5b505050506040513d601f19601f82011682018060405250810190610af991906139a7565b94505b610b0a604084018887611a54565b610b39828e8e87818110610b2057610b20613a99565b9050602002810190610b329190613ac6565b8d8a612005565b610b4288613b2f565b97505050505b60010161096f565b5050505095945050505050565b5f610bd9604080516101e0810182525f60e082018181526101008301829052835160a0810185528281526020810183905293840182905260608401829052608084018290526101208301939093526101408201819052610160820181905261018082018190526101a082018190526101c08201529081906131ba565b610be689898989876120d1565b9092509050610bf860208a018a613966565b6001600160a01b0316336001600160a01b0316837fcaa75d884fcbc47f0b9cd33a326b8614ffe973bda81714f4fe17508f94c50b99848c8c8b8b604051610c43959493929190613d42565b60405180910390a450979650505050505050565b5f610cd3604080516101e0810182525f60e082018181526101008301829052835160a0810185528281526020810183905293840182905260608401829052608084018290526101208301939093526101408201819052610160820181905261018082018190526101a082018190526101c08201529081906131ba565b610d2f88888860028989604051610ceb9291906137ad565b602060405180830381855afa158015610d06573d5f5f3e3d5ffd5b5050506040513d601f19601f82011682018060405250810190610d2991906137bc565b876120d1565b9092509050610d416020890189613966565b6001600160a01b0316336001600160a01b0316837fcaa75d884fcbc47f0b9cd33a326b8614ffe973bda81714f4fe17508f94c50b99848b8b8b8b604051610d8c959493929190613d97565b60405180910390a4509695505050505050565b80355f908152600260205260408082208151808301909252805483929190829060ff166004811115610dd357610dd361325e565b6004811115610de457610de461325e565b81529054610100900460081b60ff191660209091015290505f600282516004811115610e1257610e1261325e565b1480610e305750600382516004811115610e2e57610e2e61325e565b145b90508080156109035750610e51610e4c3686900386018661387e565b6117ec565b60ff1916826020015160ff191614949350505050565b6001600160a01b038581165f90815260036020908152604080832088845282528083208785168452825280832093861683529281528282208351606081018552905460ff8116151580835261010082046fffffffffffffffffffffffffffffffff169383019390935271010000000000000000000000000000000000900467ffffffffffffffff16938101939093529091908790879087908790610f5b576040517fee2e003f0000000000000000000000000000000000000000000000000000000081526001600160a01b0394851660048201526024810193909352908316604483015290911660648201526084016104e2565b505050508267ffffffffffffffff16816040015167ffffffffffffffff16610f839190613dec565b81602001516fffffffffffffffffffffffffffffffff16610fa49190613e03565b979650505050505050565b336001600160a01b03167f9f0de6eec703f0d4940ccba0b7687e9e7b4ed4b02f3ab2b6dfd621540dddc58b8383604051610fea929190613e16565b60405180910390a25050565b5f46308360405160200161100c93929190613ecf565b604051602081830303815290604052805190602001209050919050565b5f61103382610ff6565b5f8181526002602052604090205490915060ff16600181600481111561105b5761105b61325e565b148260018390919261109c576040517f639c0a860000000000000000000000000000000000000000000000000000000081526004016104e29392919061378c565b506110b291505061020084016101e0850161394b565b67ffffffffffffffff164211826110d161020086016101e0870161394b565b909161111c576040517fc30ad16d000000000000000000000000000000000000000000000000000000008152600481019290925267ffffffffffffffff1660248201526044016104e2565b50505f828152600260205260409020805460ff191660041790558261118761114c61018083016101608401613966565b61115e61014084016101208501613966565b6111706101608501610140860161403b565b6fffffffffffffffffffffffffffffffff16612359565b61119961018082016101608301613966565b6001600160a01b0316837f2f404700dee655bbb8bf05c485c955afa4ebc23609d833e6b40a808c185b96e26111d661014085016101208601613966565b6111e86101608601610140870161403b565b604080516001600160a01b0390931683526fffffffffffffffffffffffffffffffff90911660208301520160405180910390a350505050565b335f90815260036020908152604080832087845282528083206001600160a01b0387811685529083528184209086168452909152902081906112638282614063565b905050816001600160a01b031684336001600160a01b03167fac060e06f082a29f39a600a0ad9570c8743e2429288cb81cf36be12c66cdefc786856040516112ac9291906140f8565b60405180910390a450505050565b5f6001600160a01b0382166112fb576040517fd92e233d00000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b50335f818152602081815260408083206001600160a01b0387168452909152902054908382611369576040517fac46653e0000000000000000000000000000000000000000000000000000000081526001600160a01b039283166004820152911660248201526044016104e2565b5050335f818152602081815260408083206001600160a01b0388811680865291845282852094909455815193871684529183018590529092917fa4195c37c2947bbe89165f03e320b6903116f0b10d8cfdb522330f7ce6f9fa24910160405180910390a36001600160a01b038316611479575f826001600160a01b0316826040515f6040518083038185875af1925050503d805f8114611424576040519150601f19603f3d011682016040523d82523d5f602084013e611429565b606091505b50509050808390611472576040517f09b62ba10000000000000000000000000000000000000000000000000000000081526001600160a01b0390911660048201526024016104e2565b5050610469565b6040516001600160a01b0383166024820152604481018290525f906114fa90859060640160408051601f198184030181529190526020810180517bffffffffffffffffffffffffffffffffffffffffffffffffffffffff167fa9059cbb00000000000000000000000000000000000000000000000000000000179052612397565b905083825f839003808214611554576040517fcf3e13520000000000000000000000000000000000000000000000000000000081526001600160a01b039093166004840152602483019190915260448201526064016104e2565b5050505092915050565b5f6060816115746101a089016101808a01613966565b87878760405160240161158a9493929190614169565b60408051601f198184030181529190526020810180517bffffffffffffffffffffffffffffffffffffffffffffffffffffffff167f329b18960000000000000000000000000000000000000000000000000000000017905290505f6115f66101008a0160e08b01613966565b90505f61160b6101208b016101008c0161394b565b67ffffffffffffffff1690505f611623886010613dec565b614e20611631603f856141ed565b61163b9085613e03565b6116459190613e03565b61164f9190613e03565b90505f5a905081818181101561169a576040517ffe336aa7000000000000000000000000000000000000000000000000000000008152600481019290925260248201526044016104e2565b505087156116a6578092505b5f5f8651602088015f8888f19650866116c4576116c16125d0565b95505b50505050509550959350505050565b61171a6040518060c001604052805f81526020015f81526020015f81526020015f81526020015f67ffffffffffffffff1681526020015f67ffffffffffffffff1681525090565b6040518060c00160405280858152602001845f01602001358152602001846101a00135815260200160028480604001906117549190614225565b6040516117629291906137ad565b602060405180830381855afa15801561177d573d5f5f3e3d5ffd5b5050506040513d601f19601f820116820180604052508101906117a091906137bc565b81526020908101906117b49085018561394b565b67ffffffffffffffff1681526020018360200160208101906117d6919061394b565b67ffffffffffffffff16905290505b9392505050565b5f7f1b8ccf7e9eb213e046fec05a3116dce0dbfd0445a9b900bc3edd1b0d5c9feb3d8260405160200161100c929190614286565b5f7f000000000000000000000000000000000000000000000000000000000000000046146118565761185130612637565b905090565b507f000000000000000000000000000000000000000000000000000000000000000090565b80515f906041908181146118c4576040517fbd1e5002000000000000000000000000000000000000000000000000000000008152600481019290925260248201526044016104e2565b50505f5f838060200190518101906118dc91906142e3565b915091505f846040815181106118f4576118f4613a99565b016020015160f81c9050601b81148061191057508060ff16601c145b819061194e576040517f1ee5d21a00000000000000000000000000000000000000000000000000000000815260ff90911660048201526024016104e2565b50817f7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a08111156119ad576040517f0350fbc80000000000000000000000000000000000000000000000000000000081526004016104e291815260200190565b50604080515f81526020810180835288905260ff831691810191909152606081018490526080810183905260019060a0016020604051602081039080840390855afa1580156119fe573d5f5f3e3d5ffd5b5050604051601f1901519450506001600160a01b038416611a4b576040517f37e8456b00000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b50505092915050565b600181516003811115611a6957611a6961325e565b82518492909114611aa8576040517f4acf5ffc0000000000000000000000000000000000000000000000000000000081526004016104e2929190614305565b5050806060015183602001351480611ac4575060208301355f19145b8284602001358360600151909192611b21576040517f7e3c17720000000000000000000000000000000000000000000000000000000081526001600160a01b039093166004840152602483019190915260448201526064016104e2565b505050806080015183604001351480611b3e575060408301355f19145b8284604001358360800151909192611b9b576040517f0d803bb70000000000000000000000000000000000000000000000000000000081526001600160a01b039093166004840152602483019190915260448201526064016104e2565b505050602081015160ff16611bb66080850160608601614332565b61ffff16901c60019081161482611bd36080860160608701614332565b8360200151909192611c30576040517f0a111b280000000000000000000000000000000000000000000000000000000081526001600160a01b03909316600484015261ffff909116602483015260ff1660448201526064016104e2565b505050505050565b5f611c64611c49602087018761394b565b611c5960e0890160c08a0161434b565b63ffffffff166126ce565b5f611c7a611c756040880188614225565b6127cd565b90506101c087013581818114611cc5576040517fbb28256d000000000000000000000000000000000000000000000000000000008152600481019290925260248201526044016104e2565b505060408051808201909152806002815260ff1980871660209283015287515f9081526002909252604090912082518154919290918391166001836004811115611d1157611d1161325e565b0217905550602091820151815460089190911c6101000260ff909116179055611d6490611d4090890189613966565b611d526101408a016101208b01613966565b6111706101608b016101408c0161403b565b600191505f611d7a610100890160e08a01613966565b6001600160a01b031614611e17576060611da28887611d9c60408b018b614225565b5f61155e565b909350905082611e155785515f9081526002602052604090819020805460ff191660031790558651907fd74a424f49b154b1a5f6d44fb6724573a5ac7cb95580c3e147de180b8ed26e9a908890611dfb908b018b614225565b85604051611e0c9493929190614364565b60405180910390a25b505b6001600160a01b038316611e2e6020890189613966565b86516060808901516080808b015160a0808d01516040805195865267ffffffffffffffff93841660208701529216918401919091523393830193909352871515908201526001600160a01b0393909316927f3f069155488332d5c2b9260d835d43cf56a64753573e4dcbc778c92a71587ccd910160405180910390a45095945050505050565b604080517f21b4c6ee8a3153262cb6405647d02cd8d41f5513efea330f16e4093558229cee602080830191909152835167ffffffffffffffff9081168385015284820151606084015284840151166080808401919091528351808403909101815260a0830184528051908201207fb03948446334eb9b2196d5eb166f69b9d49403eb4a12f36de8d3f9f3cb8e15c360c08401527f98ecbb992beaab2a5bcf7892cfa7cdf04b8e0762a64c98ee70b3d6eacf54df6360e08401527fc89efdaa54c0f20c7adf612882df0950f5a951637e0307cdcb4c672f298b8bc66101008085019190915284518085039091018152610120840185528051908301207f19010000000000000000000000000000000000000000000000000000000000006101408501526101428401526101628084018290528451808503909101815261018290930190935281519101205f91906117e5565b5f61201e85856120196102408201826143e1565b6116d3565b90505f61202a826117ec565b90506120ae61209561203a611820565b836040517f1901000000000000000000000000000000000000000000000000000000000000602082015260228101839052604281018290525f9060620160405160208183030381529060405280519060200120905092915050565b60a08401516120a8610260890189614413565b8861290d565b6120c8856120c06102408201826143e1565b848487611c38565b50505050505050565b5f61214d604080516101e0810182525f60e082018181526101008301829052835160a0810185528281526020810183905293840182905260608401829052608084018290526101208301939093526101408201819052610160820181905261018082018190526101a082018190526101c08201529081906131ba565b61215687612989565b5f859003612190576040517f2d32f2e700000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b5f61219e62278d0042613e03565b9050428467ffffffffffffffff161180156121c35750808467ffffffffffffffff1611155b6121ce426001613e03565b8286909192612224576040517f87f2ccc70000000000000000000000000000000000000000000000000000000081526004810193909352602483019190915267ffffffffffffffff1660448201526064016104e2565b50612267915061223e90506101408a016101208b01613966565b6122506101608b016101408c0161403b565b6fffffffffffffffffffffffffffffffff16612c6c565b6040518060e001604052808980360381019061228391906144fa565b8152336020820152604081018790526060016122a76122a2898b61459c565b612db4565b815267ffffffffffffffff80871660208301526001805460409093019290915f916122d29116614681565b825467ffffffffffffffff9182166101009390930a838102920219161790915581526020016123026001436146ad565b40815250915046308360405160200161231d939291906146c0565b60408051808303601f1901815291815281516020928301205f81815260029093529120805460ff19166001179055989197509095505050505050565b6001600160a01b038084165f908152602081815260408083209386168352929052908120805483929061238d908490613e03565b9091555050505050565b5f60ff815c16156123d4576040517f5865249e00000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b60015f805c60ff19168217905d506040517f70a082310000000000000000000000000000000000000000000000000000000081523060048201525f906001600160a01b038516906370a0823190602401602060405180830381865afa15801561243f573d5f5f3e3d5ffd5b505050506040513d601f19601f8201168201806040525081019061246391906137bc565b90505f5f856001600160a01b03168560405161247f91906146e4565b5f604051808303815f865af19150503d805f81146124b8576040519150601f19603f3d011682016040523d82523d5f602084013e6124bd565b606091505b50915091505f81515f14806124e7575060208251101580156124e757506124e3826146fa565b6001145b90508280156124f35750805b8790612537576040517f2b596cb70000000000000000000000000000000000000000000000000000000081526001600160a01b0390911660048201526024016104e2565b506040517f70a0823100000000000000000000000000000000000000000000000000000000815230600482015284906001600160a01b038916906370a0823190602401602060405180830381865afa158015612595573d5f5f3e3d5ffd5b505050506040513d601f19601f820116820180604052508101906125b991906137bc565b0394505f60ff19815c16815d505050505092915050565b60603d61010081106125e4576101006125e6565b805b67ffffffffffffffff8111156125fe576125fe6137d3565b6040519080825280601f01601f191660200182016040528015612628576020820181803683370190505b50915081515f602084013e5090565b604080517f8b73c3c69bb8fe3d512ecc4cf759cc79239f7b179b0ffacaa9a75d522b39400f60208201527f98ecbb992beaab2a5bcf7892cfa7cdf04b8e0762a64c98ee70b3d6eacf54df63918101919091527fc89efdaa54c0f20c7adf612882df0950f5a951637e0307cdcb4c672f298b8bc660608201524660808201526001600160a01b03821660a08201525f9060c00161100c565b5f6126db426103e8613dec565b90505f6126ea836103e8613dec565b9050816127018267ffffffffffffffff8716613e03565b10158461270e83856146ad565b9091612758576040517fbd2b0cca00000000000000000000000000000000000000000000000000000000815267ffffffffffffffff909216600483015260248201526044016104e2565b506127689050620493e083613e03565b67ffffffffffffffff8516111584612783620493e085613e03565b9091611c30576040517fba08b21e00000000000000000000000000000000000000000000000000000000815267ffffffffffffffff909216600483015260248201526044016104e2565b5f5f6127db84846020612e24565b90505f5b81811015612905575f61280886866127f8856020613dec565b612803906040613e03565b612e24565b612813906040613e03565b90505f612821878784612e24565b61282b9083613e03565b90505f612839888884612e24565b612844836020613e03565b61284e9190613e03565b9050808780821115612895576040517f956abc8e000000000000000000000000000000000000000000000000000000008152600481019290925260248201526044016104e2565b5086905088886128a6856020613e03565b6128b29285929061471d565b6040516128c09291906137ad565b6040519081900381206128df9291602001918252602082015260400190565b6040516020818303038152906040528051906020012095505050508060010190506127df565b505092915050565b8367ffffffffffffffff165f03612950576040517f8243f43000000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b6129828567ffffffffffffffff8616858561296e602087018761394b565b67ffffffffffffffff168660200135612ef5565b5050505050565b604081015f8061299c6060850184613966565b6001600160a01b0316141580156129b65750602082013515155b80156129c55750604082013515155b80156129e357506129dc6080830160608401614332565b61ffff1615155b8015612a0357506129fa60a083016080840161434b565b63ffffffff1615155b90508181612a3e576040517fd167a0dc0000000000000000000000000000000000000000000000000000000081526004016104e29190614744565b505f612a5261018085016101608601613966565b6001600160a01b031603612a92576040517fd92e233d00000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b5f80612aa5610100860160e08701613966565b6001600160a01b031614612abc5762989680612abe565b5f5b90505f81612ad46101208701610100880161394b565b67ffffffffffffffff1611158015612b285750612af96101208601610100870161394b565b67ffffffffffffffff16151580612b2857505f612b1d610100870160e08801613966565b6001600160a01b0316145b90508082612b3e6101208801610100890161394b565b9091612b89576040517f67f04d5e000000000000000000000000000000000000000000000000000000008152600481019290925267ffffffffffffffff1660248201526044016104e2565b505f9050612bd3612b9d6020880188613966565b6020880135612bb46101408a016101208b01613966565b612bc160208a018a613966565b61028e6101208c016101008d0161394b565b905080612be86101608801610140890161403b565b6fffffffffffffffffffffffffffffffff16101581612c0f61016089016101408a0161403b565b9091612c62576040517f0cbe2bf200000000000000000000000000000000000000000000000000000000815260048101929092526fffffffffffffffffffffffffffffffff1660248201526044016104e2565b5050505050505050565b5f6001600160a01b03831615612c82575f612c84565b815b90508034808214612cca576040517f626ade30000000000000000000000000000000000000000000000000000000008152600481019290925260248201526044016104e2565b50506001600160a01b038316612cdf57505050565b604051336024820152306044820152606481018390525f90612d5d90859060840160408051601f198184030181529190526020810180517bffffffffffffffffffffffffffffffffffffffffffffffffffffffff167f23b872dd00000000000000000000000000000000000000000000000000000000179052612397565b90508383828181146120c8576040517fcf3e13520000000000000000000000000000000000000000000000000000000081526001600160a01b039093166004840152602483019190915260448201526064016104e2565b5f805b8251811015612e1e5781838281518110612dd357612dd3613a99565b602002602001015180519060200120604051602001612dfc929190918252602082015260400190565b60408051601f1981840301815291905280516020909101209150600101612db7565b50919050565b5f82612e31836020613e03565b839185911115612e76576040517f956abc8e000000000000000000000000000000000000000000000000000000008152600481019290925260248201526044016104e2565b508490508284612e87826020613e03565b92612e949392919061471d565b612e9d91614752565b9050818367ffffffffffffffff831115612eec576040517f956abc8e000000000000000000000000000000000000000000000000000000008152600481019290925260248201526044016104e2565b50509392505050565b8482808210612f39576040517fd206c012000000000000000000000000000000000000000000000000000000008152600481019290925260248201526044016104e2565b50505f612f45876130eb565b9050855f612f546001866146ad565b90505f5b868110156130485788868884612fab576040517f79ed90f80000000000000000000000000000000000000000000000000000000081526004810193909352602483019190915260448201526064016104e2565b5050508260011660011480612fbf57508183145b1561301357612fe6888883818110612fd957612fd9613a99565b9050602002013585613141565b93505b60018316158015612ff957508215155b1561300e57600192831c929190911c90612fe9565b613038565b6130358489898481811061302957613029613a99565b90506020020135613141565b93505b600192831c9291821c9101612f58565b508785878315613095576040517f79ed90f80000000000000000000000000000000000000000000000000000000081526004810193909352602483019190915260448201526064016104e2565b505050838314848490916130de576040517f7c532e31000000000000000000000000000000000000000000000000000000008152600481019290925260248201526044016104e2565b5050505050505050505050565b5f5f5f5f528260205260205f6021601f60025afa5f5192503d60201416905080612e1e576040517fc176b3c500000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b5f5f60405160015f53846001528360215260205f60415f60025afa5f516040929092529092503d602014169050806131a5576040517fc176b3c500000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b5092915050565b6040805160e08101909152805f5b81525f6020820181905260408201819052606082018190526080820181905260a0820181905260c09091015290565b6001600160a01b03811681146131fd575f5ffd5b50565b803561320b816131e9565b919050565b5f5f60408385031215613221575f5ffd5b823561322c816131e9565b9150602083013561323c816131e9565b809150509250929050565b5f60208284031215613257575f5ffd5b5035919050565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52602160045260245ffd5b6005811061329b5761329b61325e565b9052565b60208101610469828461328b565b5f6102408284031215612e1e575f5ffd5b5f60c08284031215612e1e575f5ffd5b5f5f83601f8401126132de575f5ffd5b50813567ffffffffffffffff8111156132f5575f5ffd5b60208301915083602082850101111561330c575f5ffd5b9250929050565b5f5f5f5f6103208587031215613327575f5ffd5b61333186866132ad565b93506133418661024087016132be565b925061030085013567ffffffffffffffff81111561335d575f5ffd5b613369878288016132ce565b95989497509550505050565b5f60608284031215612e1e575f5ffd5b5f5f5f5f6102808587031215613399575f5ffd5b6133a386866132ad565b935061024085013567ffffffffffffffff8111156133bf575f5ffd5b6133cb87828801613375565b93505061026085013567ffffffffffffffff81111561335d575f5ffd5b5f5f83601f8401126133f8575f5ffd5b50813567ffffffffffffffff81111561340f575f5ffd5b6020830191508360208260051b850101111561330c575f5ffd5b5f5f5f5f5f60a0868803121561343d575f5ffd5b853567ffffffffffffffff811115613453575f5ffd5b61345f888289016133e8565b909650945061347390508760208801613375565b9250608086013567ffffffffffffffff81111561348e575f5ffd5b61349a888289016132ce565b969995985093965092949392505050565b5f6101808284031215612e1e575f5ffd5b67ffffffffffffffff811681146131fd575f5ffd5b803561320b816134bc565b5f5f5f5f5f5f5f610200888a0312156134f3575f5ffd5b6134fd89896134ab565b965061018088013567ffffffffffffffff811115613519575f5ffd5b6135258a828b016133e8565b9097509550506101a088013593506101c088013567ffffffffffffffff81111561354d575f5ffd5b6135598a828b016132ce565b9094509250506101e088013561356e816134bc565b8091505092959891949750929550565b5f5f5f5f5f5f6101e08789031215613594575f5ffd5b61359e88886134ab565b955061018087013567ffffffffffffffff8111156135ba575f5ffd5b6135c689828a016133e8565b9096509450506101a087013567ffffffffffffffff8111156135e6575f5ffd5b6135f289828a016132ce565b9094509250506101c0870135613607816134bc565b809150509295509295509295565b5f60c08284031215613625575f5ffd5b6117e583836132be565b5f5f5f5f5f60a08688031215613643575f5ffd5b853561364e816131e9565b9450602086013593506040860135613665816131e9565b92506060860135613675816131e9565b91506080860135613685816134bc565b809150509295509295909350565b5f5f5f5f608085870312156136a6575f5ffd5b84356136b1816131e9565b93506020850135925060408501356136c8816131e9565b915060608501356136d8816131e9565b939692955090935050565b5f5f602083850312156136f4575f5ffd5b823567ffffffffffffffff81111561370a575f5ffd5b613716858286016132ce565b90969095509350505050565b5f6102408284031215613733575f5ffd5b6117e583836132ad565b5f5f5f5f60c08587031215613750575f5ffd5b843593506020850135613762816131e9565b92506040850135613772816131e9565b91506137818660608701613375565b905092959194509250565b838152606081016137a0602083018561328b565b610903604083018461328b565b818382375f9101908152919050565b5f602082840312156137cc575f5ffd5b5051919050565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52604160045260245ffd5b60405160e0810167ffffffffffffffff81118282101715613823576138236137d3565b60405290565b604051610100810167ffffffffffffffff81118282101715613823576138236137d3565b604051601f8201601f1916810167ffffffffffffffff81118282101715613876576138766137d3565b604052919050565b5f60c082840312801561388f575f5ffd5b5060405160c0810167ffffffffffffffff811182821017156138b3576138b36137d3565b6040908152833582526020808501359083015283810135908201526060808401359082015260808301356138e6816134bc565b608082015260a08301356138f9816134bc565b60a08201529392505050565b5f81518084528060208401602086015e5f602082860101526020601f19601f83011685010191505092915050565b828152604060208201525f6109036040830184613905565b5f6020828403121561395b575f5ffd5b81356117e5816134bc565b5f60208284031215613976575f5ffd5b81356117e5816131e9565b805160ff8116811461320b575f5ffd5b805161320b816131e9565b805161320b816134bc565b5f60e08284031280156139b8575f5ffd5b506139c1613800565b8251600481106139cf575f5ffd5b81526139dd60208401613981565b60208201526139ee60408401613991565b60408201526060838101519082015260808084015190820152613a1360a0840161399c565b60a0820152613a2460c0840161399c565b60c08201529392505050565b5f6060828403128015613a41575f5ffd5b506040516060810167ffffffffffffffff81118282101715613a6557613a656137d3565b6040528235613a73816134bc565b8152602083810135908201526040830135613a8d816134bc565b60408201529392505050565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52603260045260245ffd5b5f82357ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffd81833603018112613af8575f5ffd5b9190910192915050565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52601160045260245ffd5b5f5f198203613b4057613b40613b02565b5060010190565b80516001600160a01b0381511683526020810151602084015260408101516001600160a01b038151166040850152602081015160608501526040810151608085015261ffff60608201511660a085015263ffffffff60808201511660c0850152506060810151613bc260e08501826001600160a01b03169052565b5060808181015167ffffffffffffffff90811661010086015260a0808401516001600160a01b0390811661012088015260c0808601516fffffffffffffffffffffffffffffffff1661014089015260e090950151811661016088015260208601511661018087015260408501516101a087015260608501516101c08701529184015181166101e08601529083015116610200840152015161022090910152565b81835281816020850137505f602082840101525f6020601f19601f840116840101905092915050565b5f8383855260208501945060208460051b820101835f7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe1863603015b87821015613d3557601f198585030189528235818112613ce5575f5ffd5b870160208101903567ffffffffffffffff811115613d01575f5ffd5b803603821315613d0f575f5ffd5b613d1a868284613c62565b95505050602083019250602089019850600182019150613cc7565b5091979650505050505050565b613d4c8187613b47565b6102a06102408201525f613d656102a083018688613c8b565b828103806102608501525f82526020810161028085015250613d8b602082018587613c62565b98975050505050505050565b613da18187613b47565b6102a06102408201525f613dba6102a083018688613c8b565b828103610260840152613dce818587613c62565b8381036102809094019390935250505f815260200195945050505050565b808202811582820484141761046957610469613b02565b8082018082111561046957610469613b02565b602081525f610903602083018486613c62565b803561ffff8116811461320b575f5ffd5b803563ffffffff8116811461320b575f5ffd5b8035613e58816131e9565b6001600160a01b03168252602081810135908301526040808201359083015261ffff613e8660608301613e29565b16606083015263ffffffff613e9d60808301613e3a565b1660808301525050565b6fffffffffffffffffffffffffffffffff811681146131fd575f5ffd5b803561320b81613ea7565b8381526001600160a01b038316602082015261028081018235613ef1816131e9565b6001600160a01b031660408381019190915260208401356060840152613f1d9060808401908501613e4d565b60e0830135613f2b816131e9565b6001600160a01b0316610120830152613f4761010084016134d1565b67ffffffffffffffff16610140830152613f646101208401613200565b6001600160a01b0316610160830152613f806101408401613ec4565b6fffffffffffffffffffffffffffffffff16610180830152613fa56101608401613200565b6001600160a01b03166101a0830152613fc16101808401613200565b6001600160a01b0381166101c0840152506101a08301356101e0838101919091526101c0840135610200840152613ff99084016134d1565b67ffffffffffffffff1661022083015261401661020084016134d1565b67ffffffffffffffff1661024083015261022092909201356102609091015292915050565b5f6020828403121561404b575f5ffd5b81356117e581613ea7565b80151581146131fd575f5ffd5b813561406e81614056565b8154602084013561407e81613ea7565b604085013561408c816134bc565b78ffffffffffffffff00000000000000000000000000000000008160881b1660ff851515167fffffffffffffff0000000000000000000000000000000000000000000000000085161770ffffffffffffffffffffffffffffffff008460081b1617178555505050505050565b6001600160a01b038316815260808101823561411381614056565b801515602084015250602083013561412a81613ea7565b6fffffffffffffffffffffffffffffffff81166040840152506040830135614151816134bc565b67ffffffffffffffff81166060840152509392505050565b6001600160a01b03851681526141cb60208201858051825260208101516020830152604081015160408301526060810151606083015267ffffffffffffffff608082015116608083015267ffffffffffffffff60a08201511660a08301525050565b61010060e08201525f6141e361010083018486613c62565b9695505050505050565b5f82614220577f4e487b71000000000000000000000000000000000000000000000000000000005f52601260045260245ffd5b500490565b5f5f83357fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe1843603018112614258575f5ffd5b83018035915067ffffffffffffffff821115614272575f5ffd5b60200191503681900382131561330c575f5ffd5b82815260e081016117e560208301848051825260208101516020830152604081015160408301526060810151606083015267ffffffffffffffff608082015116608083015267ffffffffffffffff60a08201511660a08301525050565b5f5f604083850312156142f4575f5ffd5b505080516020909101519092909150565b6001600160a01b038316815260408101600483106143255761432561325e565b8260208301529392505050565b5f60208284031215614342575f5ffd5b6117e582613e29565b5f6020828403121561435b575f5ffd5b6117e582613e3a565b6143b781868051825260208101516020830152604081015160408301526060810151606083015267ffffffffffffffff608082015116608083015267ffffffffffffffff60a08201511660a08301525050565b61010060c08201525f6143cf61010083018587613c62565b82810360e0840152610fa48185613905565b5f82357fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa1833603018112613af8575f5ffd5b5f5f83357fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe1843603018112614446575f5ffd5b83018035915067ffffffffffffffff821115614460575f5ffd5b6020019150600581901b360382131561330c575f5ffd5b5f60a08284031215614487575f5ffd5b60405160a0810167ffffffffffffffff811182821017156144aa576144aa6137d3565b60405290508082356144bb816131e9565b815260208381013590820152604080840135908201526144dd60608401613e29565b60608201526144ee60808401613e3a565b60808201525092915050565b5f61018082840312801561450c575f5ffd5b50614515613829565b61451e83613200565b8152602083810135908201526145378460408501614477565b604082015261454860e08401613200565b606082015261455a61010084016134d1565b608082015261456c6101208401613200565b60a082015261457e6101408401613ec4565b60c08201526145906101608401613200565b60e08201529392505050565b5f67ffffffffffffffff8311156145b5576145b56137d3565b8260051b6145c56020820161384d565b848152908301906020810190368311156145dd575f5ffd5b845b8381101561467757803567ffffffffffffffff8111156145fd575f5ffd5b860136601f82011261460d575f5ffd5b803567ffffffffffffffff811115614627576146276137d3565b61463a6020601f19601f8401160161384d565b81815236602083850101111561464e575f5ffd5b816020840160208301375f602083830101528086525050506020830192506020810190506145df565b5095945050505050565b5f67ffffffffffffffff821667ffffffffffffffff81036146a4576146a4613b02565b60010192915050565b8181038181111561046957610469613b02565b8381526001600160a01b038316602082015261028081016109036040830184613b47565b5f82518060208501845e5f920191825250919050565b80516020808301519190811015612e1e575f1960209190910360031b1b16919050565b5f5f8585111561472b575f5ffd5b83861115614737575f5ffd5b5050820193919092039150565b60a081016104698284613e4d565b80356020831015610469575f19602084900360031b1b169291505056' as const
