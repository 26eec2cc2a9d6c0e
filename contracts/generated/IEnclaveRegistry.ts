// Generated from src/IEnclaveRegistry.sol by generate.ts. Do not edit.

export const iEnclaveRegistryAbi = [
  {
    "inputs": [
      {
        "internalType": "uint64",
        "name": "expiresAtSeconds",
        "type": "uint64"
      },
      {
        "internalType": "uint256",
        "name": "nowSeconds",
        "type": "uint256"
      }
    ],
    "name": "ApprovalExpired",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "uint64",
        "name": "expiresAtSeconds",
        "type": "uint64"
      },
      {
        "internalType": "uint256",
        "name": "latestSeconds",
        "type": "uint256"
      }
    ],
    "name": "ApprovalTooLong",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "address",
        "name": "approver",
        "type": "address"
      }
    ],
    "name": "ApproverIsRevoked",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "address",
        "name": "approver",
        "type": "address"
      },
      {
        "internalType": "enum ApproverStatus",
        "name": "status",
        "type": "uint8"
      }
    ],
    "name": "ApproverNotActive",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "uint64",
        "name": "attestedAtSeconds",
        "type": "uint64"
      },
      {
        "internalType": "uint256",
        "name": "latestSeconds",
        "type": "uint256"
      }
    ],
    "name": "AttestationInFuture",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "uint256",
        "name": "length",
        "type": "uint256"
      }
    ],
    "name": "AttestationKeyMalformed",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "bytes16",
        "name": "expected",
        "type": "bytes16"
      },
      {
        "internalType": "bytes16",
        "name": "received",
        "type": "bytes16"
      },
      {
        "internalType": "uint256",
        "name": "length",
        "type": "uint256"
      }
    ],
    "name": "AttestationPurposeMismatch",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "uint64",
        "name": "attestedAtSeconds",
        "type": "uint64"
      },
      {
        "internalType": "uint256",
        "name": "oldestSeconds",
        "type": "uint256"
      }
    ],
    "name": "AttestationTooOld",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "bytes32",
        "name": "imageId",
        "type": "bytes32"
      }
    ],
    "name": "ImageIsRevoked",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "bytes32",
        "name": "imageId",
        "type": "bytes32"
      },
      {
        "internalType": "enum ApprovalStatus",
        "name": "status",
        "type": "uint8"
      }
    ],
    "name": "ImageNotApproved",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "address",
        "name": "key",
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
      }
    ],
    "name": "KeyBindingMismatch",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "address",
        "name": "key",
        "type": "address"
      }
    ],
    "name": "KeyIsRevoked",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "uint8",
        "name": "pcr",
        "type": "uint8"
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
    "name": "MeasurementLength",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "uint8",
        "name": "pcr",
        "type": "uint8"
      }
    ],
    "name": "MeasurementZero",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "bytes32",
        "name": "modelsId",
        "type": "bytes32"
      }
    ],
    "name": "ModelsAreRevoked",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "bytes32",
        "name": "modelsId",
        "type": "bytes32"
      },
      {
        "internalType": "enum ApprovalStatus",
        "name": "status",
        "type": "uint8"
      }
    ],
    "name": "ModelsNotApproved",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "address",
        "name": "owner",
        "type": "address"
      },
      {
        "internalType": "address",
        "name": "caller",
        "type": "address"
      }
    ],
    "name": "NotOwner",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "address",
        "name": "caller",
        "type": "address"
      }
    ],
    "name": "NotOwnerOrGuardian",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "address",
        "name": "pendingOwner",
        "type": "address"
      },
      {
        "internalType": "address",
        "name": "caller",
        "type": "address"
      }
    ],
    "name": "NotPendingOwner",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "address",
        "name": "key",
        "type": "address"
      },
      {
        "internalType": "uint64",
        "name": "attestedAtSeconds",
        "type": "uint64"
      },
      {
        "internalType": "uint64",
        "name": "expiresAtSeconds",
        "type": "uint64"
      }
    ],
    "name": "RegistrationNotNewer",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "address",
        "name": "key",
        "type": "address"
      },
      {
        "internalType": "uint8",
        "name": "routeOnRecord",
        "type": "uint8"
      },
      {
        "internalType": "uint8",
        "name": "route",
        "type": "uint8"
      }
    ],
    "name": "RegistrationOutweighed",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "uint8",
        "name": "route",
        "type": "uint8"
      }
    ],
    "name": "RouteIsClosed",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "uint8",
        "name": "route",
        "type": "uint8"
      }
    ],
    "name": "RouteUnknown",
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
        "internalType": "enum ApproverStatus",
        "name": "status",
        "type": "uint8"
      }
    ],
    "name": "SignerNotApprover",
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
      },
      {
        "internalType": "uint8",
        "name": "route",
        "type": "uint8"
      }
    ],
    "name": "SignerNotAttested",
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
    "name": "VerificationRootMismatch",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "bytes32",
        "name": "imageId",
        "type": "bytes32"
      },
      {
        "internalType": "enum ApprovalStatus",
        "name": "status",
        "type": "uint8"
      }
    ],
    "name": "VerifierImageNotApproved",
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
        "internalType": "address",
        "name": "approver",
        "type": "address"
      }
    ],
    "name": "ApproverAdded",
    "type": "event"
  },
  {
    "anonymous": false,
    "inputs": [
      {
        "indexed": true,
        "internalType": "address",
        "name": "approver",
        "type": "address"
      }
    ],
    "name": "ApproverRetired",
    "type": "event"
  },
  {
    "anonymous": false,
    "inputs": [
      {
        "indexed": true,
        "internalType": "address",
        "name": "approver",
        "type": "address"
      }
    ],
    "name": "ApproverRevoked",
    "type": "event"
  },
  {
    "anonymous": false,
    "inputs": [
      {
        "indexed": true,
        "internalType": "address",
        "name": "key",
        "type": "address"
      },
      {
        "indexed": true,
        "internalType": "bytes32",
        "name": "keysetHash",
        "type": "bytes32"
      },
      {
        "indexed": false,
        "internalType": "bytes32",
        "name": "moduleIdHash",
        "type": "bytes32"
      }
    ],
    "name": "EnclaveAttested",
    "type": "event"
  },
  {
    "anonymous": false,
    "inputs": [
      {
        "indexed": true,
        "internalType": "address",
        "name": "previousGuardian",
        "type": "address"
      },
      {
        "indexed": true,
        "internalType": "address",
        "name": "guardian",
        "type": "address"
      }
    ],
    "name": "GuardianChanged",
    "type": "event"
  },
  {
    "anonymous": false,
    "inputs": [
      {
        "indexed": true,
        "internalType": "bytes32",
        "name": "imageId",
        "type": "bytes32"
      },
      {
        "indexed": false,
        "internalType": "bytes",
        "name": "pcr0",
        "type": "bytes"
      },
      {
        "indexed": false,
        "internalType": "bytes",
        "name": "pcr1",
        "type": "bytes"
      },
      {
        "indexed": false,
        "internalType": "bytes",
        "name": "pcr2",
        "type": "bytes"
      }
    ],
    "name": "ImageApproved",
    "type": "event"
  },
  {
    "anonymous": false,
    "inputs": [
      {
        "indexed": true,
        "internalType": "bytes32",
        "name": "imageId",
        "type": "bytes32"
      }
    ],
    "name": "ImageRevoked",
    "type": "event"
  },
  {
    "anonymous": false,
    "inputs": [
      {
        "indexed": true,
        "internalType": "address",
        "name": "key",
        "type": "address"
      },
      {
        "indexed": true,
        "internalType": "bytes32",
        "name": "imageId",
        "type": "bytes32"
      },
      {
        "indexed": true,
        "internalType": "bytes32",
        "name": "modelsId",
        "type": "bytes32"
      },
      {
        "indexed": false,
        "internalType": "uint8",
        "name": "route",
        "type": "uint8"
      },
      {
        "indexed": false,
        "internalType": "address",
        "name": "approver",
        "type": "address"
      },
      {
        "indexed": false,
        "internalType": "bytes32",
        "name": "documentHash",
        "type": "bytes32"
      },
      {
        "indexed": false,
        "internalType": "uint64",
        "name": "attestedAtSeconds",
        "type": "uint64"
      },
      {
        "indexed": false,
        "internalType": "uint64",
        "name": "expiresAtSeconds",
        "type": "uint64"
      }
    ],
    "name": "KeyRegistered",
    "type": "event"
  },
  {
    "anonymous": false,
    "inputs": [
      {
        "indexed": true,
        "internalType": "address",
        "name": "key",
        "type": "address"
      }
    ],
    "name": "KeyRevoked",
    "type": "event"
  },
  {
    "anonymous": false,
    "inputs": [
      {
        "indexed": true,
        "internalType": "bytes32",
        "name": "modelsId",
        "type": "bytes32"
      },
      {
        "indexed": false,
        "internalType": "bytes",
        "name": "pcr16",
        "type": "bytes"
      }
    ],
    "name": "ModelsApproved",
    "type": "event"
  },
  {
    "anonymous": false,
    "inputs": [
      {
        "indexed": true,
        "internalType": "bytes32",
        "name": "modelsId",
        "type": "bytes32"
      }
    ],
    "name": "ModelsRevoked",
    "type": "event"
  },
  {
    "anonymous": false,
    "inputs": [
      {
        "indexed": true,
        "internalType": "address",
        "name": "owner",
        "type": "address"
      },
      {
        "indexed": true,
        "internalType": "address",
        "name": "pendingOwner",
        "type": "address"
      }
    ],
    "name": "OwnershipTransferStarted",
    "type": "event"
  },
  {
    "anonymous": false,
    "inputs": [
      {
        "indexed": true,
        "internalType": "address",
        "name": "previousOwner",
        "type": "address"
      },
      {
        "indexed": true,
        "internalType": "address",
        "name": "owner",
        "type": "address"
      }
    ],
    "name": "OwnershipTransferred",
    "type": "event"
  },
  {
    "anonymous": false,
    "inputs": [
      {
        "indexed": true,
        "internalType": "uint8",
        "name": "route",
        "type": "uint8"
      }
    ],
    "name": "RouteClosed",
    "type": "event"
  },
  {
    "anonymous": false,
    "inputs": [
      {
        "indexed": true,
        "internalType": "bytes32",
        "name": "imageId",
        "type": "bytes32"
      }
    ],
    "name": "VerifierImageApproved",
    "type": "event"
  },
  {
    "anonymous": false,
    "inputs": [
      {
        "indexed": true,
        "internalType": "bytes32",
        "name": "imageId",
        "type": "bytes32"
      }
    ],
    "name": "VerifierImageRevoked",
    "type": "event"
  },
  {
    "inputs": [],
    "name": "ATTESTATION_AGE_SECONDS_MAX",
    "outputs": [
      {
        "internalType": "uint64",
        "name": "",
        "type": "uint64"
      }
    ],
    "stateMutability": "view",
    "type": "function"
  },
  {
    "inputs": [],
    "name": "ATTESTATION_SKEW_SECONDS_MAX",
    "outputs": [
      {
        "internalType": "uint64",
        "name": "",
        "type": "uint64"
      }
    ],
    "stateMutability": "view",
    "type": "function"
  },
  {
    "inputs": [],
    "name": "KEYSET_PURPOSE",
    "outputs": [
      {
        "internalType": "bytes16",
        "name": "",
        "type": "bytes16"
      }
    ],
    "stateMutability": "view",
    "type": "function"
  },
  {
    "inputs": [],
    "name": "KEY_LIFETIME_SECONDS_MAX",
    "outputs": [
      {
        "internalType": "uint64",
        "name": "",
        "type": "uint64"
      }
    ],
    "stateMutability": "view",
    "type": "function"
  },
  {
    "inputs": [],
    "name": "acceptOwnership",
    "outputs": [],
    "stateMutability": "nonpayable",
    "type": "function"
  },
  {
    "inputs": [
      {
        "internalType": "address",
        "name": "approver",
        "type": "address"
      }
    ],
    "name": "addApprover",
    "outputs": [],
    "stateMutability": "nonpayable",
    "type": "function"
  },
  {
    "inputs": [
      {
        "internalType": "bytes",
        "name": "pcr0",
        "type": "bytes"
      },
      {
        "internalType": "bytes",
        "name": "pcr1",
        "type": "bytes"
      },
      {
        "internalType": "bytes",
        "name": "pcr2",
        "type": "bytes"
      }
    ],
    "name": "approveImage",
    "outputs": [
      {
        "internalType": "bytes32",
        "name": "imageId",
        "type": "bytes32"
      }
    ],
    "stateMutability": "nonpayable",
    "type": "function"
  },
  {
    "inputs": [
      {
        "internalType": "bytes",
        "name": "pcr16",
        "type": "bytes"
      }
    ],
    "name": "approveModels",
    "outputs": [
      {
        "internalType": "bytes32",
        "name": "modelsId",
        "type": "bytes32"
      }
    ],
    "stateMutability": "nonpayable",
    "type": "function"
  },
  {
    "inputs": [
      {
        "internalType": "bytes32",
        "name": "imageId",
        "type": "bytes32"
      }
    ],
    "name": "approveVerifierImage",
    "outputs": [],
    "stateMutability": "nonpayable",
    "type": "function"
  },
  {
    "inputs": [
      {
        "internalType": "address",
        "name": "approver",
        "type": "address"
      }
    ],
    "name": "approverStatus",
    "outputs": [
      {
        "internalType": "enum ApproverStatus",
        "name": "",
        "type": "uint8"
      }
    ],
    "stateMutability": "view",
    "type": "function"
  },
  {
    "inputs": [],
    "name": "attestationVerifier",
    "outputs": [
      {
        "internalType": "contract IAttestationVerifier",
        "name": "",
        "type": "address"
      }
    ],
    "stateMutability": "view",
    "type": "function"
  },
  {
    "inputs": [
      {
        "internalType": "uint8",
        "name": "route",
        "type": "uint8"
      }
    ],
    "name": "closeRoute",
    "outputs": [],
    "stateMutability": "nonpayable",
    "type": "function"
  },
  {
    "inputs": [],
    "name": "guardian",
    "outputs": [
      {
        "internalType": "address",
        "name": "",
        "type": "address"
      }
    ],
    "stateMutability": "view",
    "type": "function"
  },
  {
    "inputs": [
      {
        "internalType": "bytes32",
        "name": "imageId",
        "type": "bytes32"
      }
    ],
    "name": "imageStatus",
    "outputs": [
      {
        "internalType": "enum ApprovalStatus",
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
        "internalType": "address",
        "name": "key",
        "type": "address"
      }
    ],
    "name": "isKeyActive",
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
        "internalType": "uint8",
        "name": "route",
        "type": "uint8"
      }
    ],
    "name": "isRouteOpen",
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
        "name": "key",
        "type": "address"
      }
    ],
    "name": "keyInfo",
    "outputs": [
      {
        "components": [
          {
            "internalType": "enum KeyStatus",
            "name": "status",
            "type": "uint8"
          },
          {
            "internalType": "uint8",
            "name": "route",
            "type": "uint8"
          },
          {
            "internalType": "address",
            "name": "approver",
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
            "internalType": "uint64",
            "name": "attestedAtSeconds",
            "type": "uint64"
          },
          {
            "internalType": "uint64",
            "name": "expiresAtSeconds",
            "type": "uint64"
          }
        ],
        "internalType": "struct KeyInfo",
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
        "internalType": "address",
        "name": "key",
        "type": "address"
      }
    ],
    "name": "keyStatus",
    "outputs": [
      {
        "internalType": "enum KeyStatus",
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
        "internalType": "bytes32",
        "name": "modelsId",
        "type": "bytes32"
      }
    ],
    "name": "modelsStatus",
    "outputs": [
      {
        "internalType": "enum ApprovalStatus",
        "name": "",
        "type": "uint8"
      }
    ],
    "stateMutability": "view",
    "type": "function"
  },
  {
    "inputs": [],
    "name": "owner",
    "outputs": [
      {
        "internalType": "address",
        "name": "",
        "type": "address"
      }
    ],
    "stateMutability": "view",
    "type": "function"
  },
  {
    "inputs": [],
    "name": "pendingOwner",
    "outputs": [
      {
        "internalType": "address",
        "name": "",
        "type": "address"
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
            "name": "key",
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
            "internalType": "bytes32",
            "name": "documentHash",
            "type": "bytes32"
          },
          {
            "internalType": "uint64",
            "name": "attestedAtSeconds",
            "type": "uint64"
          },
          {
            "internalType": "uint64",
            "name": "expiresAtSeconds",
            "type": "uint64"
          }
        ],
        "internalType": "struct KeyApproval",
        "name": "approval",
        "type": "tuple"
      },
      {
        "internalType": "bytes",
        "name": "signature",
        "type": "bytes"
      }
    ],
    "name": "registerApprovedKey",
    "outputs": [],
    "stateMutability": "nonpayable",
    "type": "function"
  },
  {
    "inputs": [
      {
        "internalType": "bytes",
        "name": "document",
        "type": "bytes"
      },
      {
        "internalType": "bytes[]",
        "name": "hints",
        "type": "bytes[]"
      }
    ],
    "name": "registerEnclave",
    "outputs": [
      {
        "internalType": "address",
        "name": "key",
        "type": "address"
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
            "internalType": "address",
            "name": "key",
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
            "internalType": "bytes32",
            "name": "documentHash",
            "type": "bytes32"
          },
          {
            "internalType": "bytes32",
            "name": "rootHash",
            "type": "bytes32"
          },
          {
            "internalType": "uint64",
            "name": "attestedAtSeconds",
            "type": "uint64"
          },
          {
            "internalType": "uint64",
            "name": "expiresAtSeconds",
            "type": "uint64"
          }
        ],
        "internalType": "struct EnclaveVerification",
        "name": "verification",
        "type": "tuple"
      },
      {
        "internalType": "bytes",
        "name": "signature",
        "type": "bytes"
      }
    ],
    "name": "registerVerifiedEnclave",
    "outputs": [],
    "stateMutability": "nonpayable",
    "type": "function"
  },
  {
    "inputs": [
      {
        "internalType": "address",
        "name": "approver",
        "type": "address"
      }
    ],
    "name": "retireApprover",
    "outputs": [],
    "stateMutability": "nonpayable",
    "type": "function"
  },
  {
    "inputs": [
      {
        "internalType": "address",
        "name": "approver",
        "type": "address"
      }
    ],
    "name": "revokeApprover",
    "outputs": [],
    "stateMutability": "nonpayable",
    "type": "function"
  },
  {
    "inputs": [
      {
        "internalType": "bytes32",
        "name": "imageId",
        "type": "bytes32"
      }
    ],
    "name": "revokeImage",
    "outputs": [],
    "stateMutability": "nonpayable",
    "type": "function"
  },
  {
    "inputs": [
      {
        "internalType": "address",
        "name": "key",
        "type": "address"
      }
    ],
    "name": "revokeKey",
    "outputs": [],
    "stateMutability": "nonpayable",
    "type": "function"
  },
  {
    "inputs": [
      {
        "internalType": "bytes32",
        "name": "modelsId",
        "type": "bytes32"
      }
    ],
    "name": "revokeModels",
    "outputs": [],
    "stateMutability": "nonpayable",
    "type": "function"
  },
  {
    "inputs": [
      {
        "internalType": "bytes32",
        "name": "imageId",
        "type": "bytes32"
      }
    ],
    "name": "revokeVerifierImage",
    "outputs": [],
    "stateMutability": "nonpayable",
    "type": "function"
  },
  {
    "inputs": [
      {
        "internalType": "address",
        "name": "guardian",
        "type": "address"
      }
    ],
    "name": "setGuardian",
    "outputs": [],
    "stateMutability": "nonpayable",
    "type": "function"
  },
  {
    "inputs": [
      {
        "internalType": "address",
        "name": "pendingOwner",
        "type": "address"
      }
    ],
    "name": "transferOwnership",
    "outputs": [],
    "stateMutability": "nonpayable",
    "type": "function"
  },
  {
    "inputs": [
      {
        "internalType": "bytes32",
        "name": "imageId",
        "type": "bytes32"
      }
    ],
    "name": "verifierImageStatus",
    "outputs": [
      {
        "internalType": "enum ApprovalStatus",
        "name": "",
        "type": "uint8"
      }
    ],
    "stateMutability": "view",
    "type": "function"
  }
] as const
