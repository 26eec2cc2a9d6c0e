// Generated from src/EnclaveRegistry.sol by generate.ts. Do not edit.

export const enclaveRegistryAbi = [
  {
    "inputs": [
      {
        "internalType": "address",
        "name": "initialOwner",
        "type": "address"
      },
      {
        "internalType": "contract IAttestationVerifier",
        "name": "verifier",
        "type": "address"
      }
    ],
    "stateMutability": "nonpayable",
    "type": "constructor"
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
        "internalType": "uint256",
        "name": "index",
        "type": "uint256"
      }
    ],
    "name": "PcrAbsent",
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
        "name": "guardian_",
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
        "name": "pendingOwner_",
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

export const enclaveRegistryBytecode = '0x60a06040526002805462ffffff60a01b1916600360a01b179055348015610024575f5ffd5b50604051613a4e380380613a4e833981016040819052610043916100d5565b6001600160a01b03821661006a5760405163d92e233d60e01b815260040160405180910390fd5b5f80546001600160a01b0319166001600160a01b03848116918217835583166080526040519091907f8be0079c531659141344cd1fd0a4f28419497f9722a3daafe3b4186f6b6457e0908290a3505061010d565b6001600160a01b03811681146100d2575f5ffd5b50565b5f5f604083850312156100e6575f5ffd5b82516100f1816100be565b6020840151909250610102816100be565b809150509250929050565b60805161391461013a5f395f818161042e01528181610c0e01528181611455015261229401526139145ff3fe608060405234801561000f575f5ffd5b5060043610610201575f3560e01c80639c1de8b211610123578063ce56697d116100b8578063e30c397811610088578063ea4264981161006e578063ea426498146104f6578063f0b95dfc14610509578063f2fde38b14610512575f5ffd5b8063e30c3978146104d0578063e8c52f61146104e3575f5ffd5b8063ce56697d14610476578063deb1fd4214610497578063def5d38b146104aa578063e00f2f56146104bd575f5ffd5b8063abbed97e116100f3578063abbed97e14610409578063b4b3c5a014610429578063b646c19414610450578063c074082314610463575f5ffd5b80639c1de8b214610378578063a0498fe2146103d0578063a10f414b146103e3578063a9c6dc03146103f6575f5ffd5b80634756b65e116101995780637a93d0de116101695780637a93d0de146103205780638a0dac4a146103335780638da5cb5b1461034657806397815d4e14610358575f5ffd5b80634756b65e146102cf5780635a75b491146102f25780635ae7ab321461030557806379ba509714610318575f5ffd5b806330cf25c6116101d457806330cf25c6146102755780633ca61560146102885780633eca34201461029b578063452a9320146102a4575f5ffd5b806318d13ef7146102055780631f7f70781461021a578063241cafd3146102425780632c1a62ce14610262575b5f5ffd5b610218610213366004612cd0565b610525565b005b61022462093a8081565b60405167ffffffffffffffff90911681526020015b60405180910390f35b610255610250366004612ce9565b6105c9565b6040516102399190612d41565b610218610270366004612cd0565b6105e8565b610218610283366004612d94565b6106df565b610218610296366004612ce9565b610824565b610224612a3081565b6002546102b7906001600160a01b031681565b6040516001600160a01b039091168152602001610239565b6102e26102dd366004612cd0565b610973565b6040519015158152602001610239565b610218610300366004612ce9565b6109c6565b610218610313366004612cd0565b610a53565b610218610b38565b61021861032e366004612dea565b610c01565b610218610341366004612cd0565b610de8565b5f546102b7906001600160a01b031681565b61036b610366366004612cd0565b610e59565b6040516102399190612e38565b61039f7f6e616372652f6b65797365742f3100000000000000000000000000000000000081565b6040517fffffffffffffffffffffffffffffffff000000000000000000000000000000009091168152602001610239565b6102556103de366004612ce9565b610f58565b6102e26103f1366004612eae565b610f71565b610218610404366004612ce9565b610f7b565b61041c610417366004612cd0565b611037565b6040516102399190612ece565b6102b77f000000000000000000000000000000000000000000000000000000000000000081565b61021861045e366004612cd0565b611059565b610218610471366004612eae565b6111e9565b610489610484366004612ee1565b6112d0565b604051908152602001610239565b61041c6104a5366004612cd0565b6113f5565b6102b76104b8366004612f20565b611418565b6102556104cb366004612ce9565b611647565b6001546102b7906001600160a01b031681565b6102186104f1366004612ce9565b611660565b610489610504366004612fbc565b6116ec565b61022461012c81565b610218610520366004612cd0565b61184e565b61052d6118be565b5f61053782611924565b6001600160a01b0383165f908152620100076020526040902080547fffffffffffffffffffffffffffffffffffffffffffffffffffffffffff0000001662ffffff831690811790915590915061058c90611962565b156105c5576040516001600160a01b038316907f3bb10f2bb5b56b26e5c3344dbe0cb08aedbcc3ab4c6efe07c6af4a3631107883905f90a25b5050565b5f8181526201000660205260408120546105e2906119a2565b92915050565b6105f06119cd565b6001600160a01b0381165f908152620100076020526040812061061290611a25565b9050600181600381111561062857610628612d00565b148282909161066e576040517f7568fa1500000000000000000000000000000000000000000000000000000000815260040161066592919061305b565b60405180910390fd5b50506001600160a01b0382165f81815262010007602052604080822080547fffffffffffffffffffffffffffffffffffffffffffffffffffffffff00ffffff166301000000179055517fe2d45f75607db3178b7dc1604970b485a9a03f7d9672b49b575907a93484a8699190a25050565b6106e96001611a6f565b5f61073d7f912bdfe464bf55003a448b0f1c84f2b096718aef329e332b63950d5ef6f2eabf85604051602001610720929190613096565b604051602081830303815290604052805190602001208484611ab6565b6001600160a01b0381165f908152620100076020526040812091925061076282611a25565b9050600181600381111561077857610778612d00565b14838290916107b5576040517fa8d456ab00000000000000000000000000000000000000000000000000000000815260040161066592919061305b565b506107e090506107cb60a088016080890161311f565b6107db60c0890160a08a0161311f565b611b94565b61081c6107f236889003880188613190565b8354600190869060881b73ffffff000000000000000000000000000000000016611d3e565b611d3e565b505050505050565b61082c6119cd565b5f818152620100046020526040812054610845906119a2565b9050600181600281111561085b5761085b612d00565b1482829091610898576040517f5cb058cb00000000000000000000000000000000000000000000000000000000815260040161066592919061321e565b50505f8281526201000660205260409020546108b3906119a2565b905060028160028111156108c9576108c9612d00565b14158290610906576040517f9fef24d900000000000000000000000000000000000000000000000000000000815260040161066591815260200190565b50600181600281111561091b5761091b612d00565b03610924575050565b61092d82611f01565b5f83815262010006602052604080822062ffffff93909316909255905183917f31da5a60497d327997828e26ef4077deaf188bae880ddfcf5fc02d82c40edeab91a25050565b6001600160a01b0381165f90815262010008602052604081205460035461099b908290611f53565b806109bf575060016109ac82611fce565b60038111156109bd576109bd612d00565b145b9392505050565b6109ce6118be565b5f8181526201000660205260408120549003610a07576109ed81611f01565b5f828152620100066020526040902062ffffff9190911690555b5f818152620100066020526040902054610a2090611962565b15610a505760405181907f07defbabb3ff4da67aea692563eec54ae5d95f091dbdbf8e2f17785a1f36f464905f90a25b50565b610a5b6118be565b6001600160a01b0381165f9081526201000860205260409020547f8000000000000000000000000000000000000000000000000000000000000000811615610aa1575050565b7f800000000000000000000000000000000000000000000000000000000000000081176001600160a01b0383165f90815262010008602052604090205560d081901c62ffffff1615610b0157610aff60d082901c62ffffff16611962565b505b6040516001600160a01b038316907f2863dd5cdaeee3db3572cb06d2252df0b2ed5fd16b2fe921c187ba89519247d3905f90a25050565b6001546001600160a01b031633808214610b91576040517f3c29cbb60000000000000000000000000000000000000000000000000000000081526001600160a01b03928316600482015291166024820152604401610665565b50505f8054337fffffffffffffffffffffffff0000000000000000000000000000000000000000808316821784556001805490911690556040516001600160a01b0390921692909183917f8be0079c531659141344cd1fd0a4f28419497f9722a3daafe3b4186f6b6457e091a350565b610c0b6003611a6f565b5f7f00000000000000000000000000000000000000000000000000000000000000006001600160a01b0316631d80009a6040518163ffffffff1660e01b8152600401602060405180830381865afa158015610c68573d5f5f3e3d5ffd5b505050506040513d601f19601f82011682018060405250810190610c8c919061325f565b9050806080850135808214610cd6576040517f7254b61700000000000000000000000000000000000000000000000000000000815260048101929092526024820152604401610665565b50505f610d2c7f022601533cd9b1041ff9c1b788ee61207fa2deac0a432bd227458981115df2d686604051602001610d0f929190613276565b604051602081830303815290604052805190602001208585611ab6565b9050610d51610d4160c0870160a0880161311f565b6107db60e0880160c0890161311f565b6040805160c081019091525f9080610d6c6020890189612cd0565b6001600160a01b031681526020018760200135815260200187604001358152602001876060013581526020018760a0016020810190610dab919061311f565b67ffffffffffffffff168152602001610dca60e0890160c08a0161311f565b67ffffffffffffffff169052905061081c8160038461081781612099565b610df06119cd565b600280546001600160a01b038381167fffffffffffffffffffffffff0000000000000000000000000000000000000000831681179093556040519116919082907fa14fc14d8620a708a896fd11392a235647d99385500a295f0d7da2a258b2e967905f90a35050565b6040805160e080820183525f8083526020808401829052838501829052606084018290526080840182905260a0840182905260c084018290526001600160a01b038616825262010008905283902054835191820190935290919080610ebd83611fce565b6003811115610ece57610ece612d00565b8152602001610edd8360501c90565b60ff168152608883901c62ffffff9081165f9081526201000360208181526040808420546001600160a01b031682870152605888901c851684528282528084205481870152607088901c9094168352522054606082015264ffffffffff602884901c8116608083015290921660a09092019190915292915050565b5f8181526201000560205260408120546105e2906119a2565b5f6105e282612265565b610f836118be565b5f8181526201000460205260408120549003610fbc57610fa281611f01565b5f828152620100046020526040902062ffffff9190911690555b5f818152620100046020526040902054610fd590611962565b156110055760405181907fae0cbfb48e0a7a904df88eec3a0bbe8eb58ba3558a9d53f7d94208b2c1c7279e905f90a25b5f81815262010006602052604090205415801590610a2057505f818152620100066020526040902054610a2090611962565b6001600160a01b0381165f90815262010007602052604081206105e290611a25565b6110616119cd565b6001600160a01b0381166110a1576040517fd92e233d00000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b6001600160a01b0381165f90815262010007602052604081206110c390611a25565b905060038160038111156110d9576110d9612d00565b1415829061111f576040517f73fff1160000000000000000000000000000000000000000000000000000000081526001600160a01b039091166004820152602401610665565b50600181600381111561113457611134612d00565b0361113d575050565b604051806040016040528061115184611924565b62ffffff90811682525f60209283018190526001600160a01b038616808252620100078452604080832086518154979096015115156301000000027fffffffffffffffffffffffffffffffffffffffffffffffffffffffff0000000090971695909416949094179490941790915590517f835bddf1ceee4956e4329af9edf018523c1191238187a597453f6020bcadb0429190a25050565b6111f16118be565b60ff8116158015906112075750600360ff821611155b8190611245576040517fd2d2749300000000000000000000000000000000000000000000000000000000815260ff9091166004820152602401610665565b506112528160ff16611962565b156112855760405160ff8216907fb79dad703ee1a800afa2f7a17d5fd47b76c396ab8cbfa700e7d2a75675d760e6905f90a25b60ff8116600214801561129d575061129d6003611962565b15610a50576040516003907fb79dad703ee1a800afa2f7a17d5fd47b76c396ab8cbfa700e7d2a75675d760e6905f90a250565b5f6112d96119cd565b6112e5601084846122d9565b82826040516112f592919061330c565b604051809103902090505f61131c620100055f8481526020019081526020015f20546119a2565b9050600281600281111561133257611332612d00565b1415829061136f576040517fd2d59e8f00000000000000000000000000000000000000000000000000000000815260040161066591815260200190565b50600181600281111561138457611384612d00565b0361138f57506105e2565b61139882611f01565b62ffffff16620100055f8481526020019081526020015f2081905550817fd9e2ed8c84789043ccc746028224cbafe84d43406e245dd91d8a545aab503e3385856040516113e6929190613362565b60405180910390a25092915050565b6001600160a01b0381165f9081526201000860205260408120546105e290611fce565b5f6114236002611a6f565b6040517fca67898d0000000000000000000000000000000000000000000000000000000081525f906001600160a01b037f0000000000000000000000000000000000000000000000000000000000000000169063ca67898d90611498908990899089908990612a309061012c90600401613375565b5f604051808303815f875af11580156114b3573d5f5f3e3d5ffd5b505050506040513d5f823e601f3d9081017fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe01682016040526114f89190810190613556565b9050611507816080015161239f565b91505f6115178260a0015161245c565b90505f6103e8836020015161152c919061369c565b90505f6040518060c00160405280866001600160a01b0316815260200161155286612560565b8152602001611562866010612594565b815260200160028b8b60405161157992919061330c565b602060405180830381855afa158015611594573d5f5f3e3d5ffd5b5050506040513d601f19601f820116820180604052508101906115b7919061325f565b815267ffffffffffffffff841660208201526040016115d962093a80856136f0565b67ffffffffffffffff16905290506115f48160025f80611d3e565b82856001600160a01b03167f1c29aeebf0b8aa3ecb50f83cc0e0c331a331dd3479cf0f0d1a5c8d182507a230865f015160405161163391815260200190565b60405180910390a350505050949350505050565b5f8181526201000460205260408120546105e2906119a2565b6116686118be565b5f81815262010005602052604081205490036116a15761168781611f01565b5f828152620100056020526040902062ffffff9190911690555b5f8181526201000560205260409020546116ba90611962565b15610a505760405181907f3daaafabe5c806fcfafd33a27bb3ba108a206c9ecdc1e1d9c1f544a0dea32501905f90a250565b5f6116f56119cd565b6117005f88886122d9565b61170c600186866122d9565b611718600284846122d9565b86868686868660405160200161173396959493929190613710565b6040516020818303038152906040528051906020012090505f611768620100045f8481526020019081526020015f20546119a2565b9050600281600281111561177e5761177e612d00565b141582906117bb576040517f9fef24d900000000000000000000000000000000000000000000000000000000815260040161066591815260200190565b5060018160028111156117d0576117d0612d00565b036117db5750611844565b6117e482611f01565b62ffffff16620100045f8481526020019081526020015f2081905550817f875fb17b7986a3a21d3badc529dab5f5ee1005edc86e3799fb5432861b2b8b1189898989898960405161183a9695949392919061373c565b60405180910390a2505b9695505050505050565b6118566119cd565b600180547fffffffffffffffffffffffff0000000000000000000000000000000000000000166001600160a01b038381169182179092555f8054604051929316917f38d16b8cac22d99fc7c124b9cd0de2d3fa1faef420bfe791d8c362d765e227009190a350565b5f546001600160a01b03163314806118e057506002546001600160a01b031633145b3390610a50576040517f6b1883f30000000000000000000000000000000000000000000000000000000081526001600160a01b039091166004820152602401610665565b6001600160a01b0381165f90815262010007602052604081205462ffffff169081900361195d576105e26001600160a01b038316611f01565b919050565b5f61196c826125b8565b159050801561195d57600160ff83161b6003600884901c62010000811061199557611995613232565b0180549091179055919050565b5f815f036119b157505f919050565b6119ba826125b8565b6119c55760016105e2565b600292915050565b5f546001600160a01b0316338082146105c5576040517f23295f0e0000000000000000000000000000000000000000000000000000000081526001600160a01b03928316600482015291166024820152604401610665565b80545f9062ffffff168103611a3b57505f919050565b8154611a4b9062ffffff166125b8565b15611a5857506003919050565b81546301000000900460ff166119c55760016105e2565b611a7881612265565b81906105c5576040517fa5aed6d200000000000000000000000000000000000000000000000000000000815260ff9091166004820152602401610665565b604080517f8b73c3c69bb8fe3d512ecc4cf759cc79239f7b179b0ffacaa9a75d522b39400f81527f98ecbb992beaab2a5bcf7892cfa7cdf04b8e0762a64c98ee70b3d6eacf54df636020808301919091527fc89efdaa54c0f20c7adf612882df0950f5a951637e0307cdcb4c672f298b8bc68284015246606083015230608083015260a090912082516119015f9081529183528684526042601e20601f86018490048402820184019094528481529092611b8c9290919086908690819084018382808284375f920191909152506125e592505050565b949350505050565b5f611ba161012c42613784565b9050828167ffffffffffffffff8216811015611bfb576040517fb3d56c2700000000000000000000000000000000000000000000000000000000815267ffffffffffffffff90921660048301526024820152604401610665565b50429050611c15612a3067ffffffffffffffff8616613784565b101583611c24612a3042613797565b9091611c6e576040517f886d6a8600000000000000000000000000000000000000000000000000000000815267ffffffffffffffff90921660048301526024820152604401610665565b5050428267ffffffffffffffff161182429091611cc9576040517fb3c3124700000000000000000000000000000000000000000000000000000000815267ffffffffffffffff90921660048301526024820152604401610665565b505f9050611ce462093a8067ffffffffffffffff8616613784565b9050828167ffffffffffffffff821681101561081c576040517f99d7916200000000000000000000000000000000000000000000000000000000815267ffffffffffffffff90921660048301526024820152604401610665565b83516001600160a01b0316611d7f576040517fd92e233d00000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b5f5f611d93866020015187604001516127dc565b87516001600160a01b03165f9081526201000860205260409020549193509150611dc0818785858b6128c4565b608087015160a088015167ffffffffffffffff16607084901b605886901b17605089901b6aff00000000000000000000161760289290921b6cffffffffffffffff00000000001691909117177cffffff0000000000000000000000000000000000000000000000000000821685821717620100085f8a5f01516001600160a01b03166001600160a01b031681526020019081526020015f208190555087604001518860200151895f01516001600160a01b03167fdb30d3176acc118ee3705fa707289c358efe0aeb78f81f332d5a707b8a483bdf8a8a8d606001518e608001518f60a00151604051611eef95949392919060ff9590951685526001600160a01b03939093166020850152604084019190915267ffffffffffffffff908116606084015216608082015260a00190565b60405180910390a45050505050505050565b5f6002601481819054906101000a900462ffffff16611f1f906137aa565b825462ffffff8083166101009490940a848102910219909116179092555f9081526201000360205260409020929092555090565b5f82600881901a83901c600b82901a84901c600e83901a85901c601184901a86901c601585901a87901c601486901a88901c17171717177f800000000000ffff00ffff00ffff00ffff00ffff00000000000000000000000082166001821617158015611fc557508164ffffffffff1642105b95945050505050565b5f611fde60038201548390611f53565b15611feb57506001919050565b7f800000000000000000000000000000000000000000000000000000000000000082161561201b57506002919050565b6120258260501c90565b60ff161580612038575061203882612b70565b1561204457505f919050565b612056605883901c62ffffff166125b8565b8061206e575061206e607083901c62ffffff166125b8565b1561207b57506002919050565b64ffffffffff8216421061209157506003919050565b506001919050565b6001600160a01b0381165f908152620100086020526040812054816120bd82611fce565b90505f60018260038111156120d4576120d4612d00565b1480156120ed575060026120e88460501c90565b60ff16145b90508085836120fc8660501c90565b909192612138576040517f5452bf29000000000000000000000000000000000000000000000000000000008152600401610665939291906137cc565b50505062ffffff605884901c165f908152620100036020908152604080832054808452620100069092528220549091612170826119a2565b9050600181600281111561218657612186612d00565b14838290916121c3576040517f1d45dd3900000000000000000000000000000000000000000000000000000000815260040161066592919061321e565b505060d086901c62ffffff165f03612217576121f86121ea6001600160a01b038a16611f01565b879062ffffff1660d01b1790565b6001600160a01b0389165f908152620100086020526040902081905595505b604886811b79ffffff00000000000000000000000000000000000000000000001660a084901b179087901c73ffffff0000000000000000000000000000000000161798975050505050505050565b5f60ff821615806122795750600360ff8316115b1561228557505f919050565b60ff8216600114806122bf57507f00000000000000000000000000000000000000000000000000000000000000006001600160a01b031615155b80156105e257506122d28260ff166125b8565b1592915050565b82603082808214612329576040517f46ec426c00000000000000000000000000000000000000000000000000000000815260ff909316600484015260248301919091526044820152606401610665565b5061233b9150829050602081856137fc565b61234491613823565b61235160205f84866137fc565b61235a91613823565b849117612399576040517fbbf31f4400000000000000000000000000000000000000000000000000000000815260ff9091166004820152602401610665565b50505050565b5f5f6041835114801561240a5750825f815181106123bf576123bf613232565b6020910101517fff00000000000000000000000000000000000000000000000000000000000000167f0400000000000000000000000000000000000000000000000000000000000000145b905080835190612449576040517ffba7f98c00000000000000000000000000000000000000000000000000000000815260040161066591815260200190565b5050604060219290920191909120919050565b5f806124678361385f565b90505f835160301480156124bc57507fffffffffffffffffffffffffffffffff0000000000000000000000000000000082167f6e616372652f6b65797365742f31000000000000000000000000000000000000145b9050807f6e616372652f6b65797365742f3100000000000000000000000000000000000083865190919261254f576040517fff1e64dd0000000000000000000000000000000000000000000000000000000081527fffffffffffffffffffffffffffffffff0000000000000000000000000000000093841660048201529290911660248301526044820152606401610665565b505050603084015192505050919050565b5f61256b825f612bce565b50612577826001612bce565b50612583826002612bce565b505060600151609060209091012090565b5f5f6125a08484612bce565b60609094015160309401602001939093209392505050565b5f8160ff166003600884901c6201000081106125d6576125d6613232565b01546001911c16151592915050565b80515f9060419081811461262e576040517fbd1e500200000000000000000000000000000000000000000000000000000000815260048101929092526024820152604401610665565b50505f5f8380602001905181019061264691906138a4565b915091505f8460408151811061265e5761265e613232565b016020015160f81c9050601b81148061267a57508060ff16601c145b81906126b8576040517f1ee5d21a00000000000000000000000000000000000000000000000000000000815260ff9091166004820152602401610665565b50817f7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0811115612717576040517f0350fbc800000000000000000000000000000000000000000000000000000000815260040161066591815260200190565b50604080515f81526020810180835288905260ff831691810191909152606081018490526080810183905260019060a0016020604051602081039080840390855afa158015612768573d5f5f3e3d5ffd5b50506040517fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe001519450506001600160a01b0384166127d3576040517f37e8456b00000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b50505092915050565b5f82815262010004602052604081205490806127f7836119a2565b9050600181600281111561280d5761280d612d00565b148582909161284a576040517f5cb058cb00000000000000000000000000000000000000000000000000000000815260040161066592919061321e565b50505f8481526201000560205260409020549150612867826119a2565b9050600181600281111561287d5761287d612d00565b14848290916128ba576040517fbc366c2900000000000000000000000000000000000000000000000000000000815260040161066592919061321e565b5050509250929050565b5f6128ce86611fce565b905060028160038111156128e4576128e4612d00565b8351910361292a576040517f967faccb0000000000000000000000000000000000000000000000000000000081526001600160a01b039091166004820152602401610665565b505f81600381111561293e5761293e612d00565b036129495750612b69565b5f5f61295487612c63565b6129666129618a60501c90565b612c63565b915091508082111561297a57505050612b69565b808214806129995750600383600381111561299757612997612d00565b145b84516129a58a60501c90565b899091926129fb576040517f3d0ebc130000000000000000000000000000000000000000000000000000000081526001600160a01b03909316600484015260ff9182166024840152166044820152606401610665565b50505062ffffff605889901c1686148015612a1e575084607089901c62ffffff16145b845162ffffff60588b901c81165f9081526201000360205260408082205460708e901c90931682529020549192909190612a9d576040517f3ab431e10000000000000000000000000000000000000000000000000000000081526001600160a01b03909316600484015260248301919091526044820152606401610665565b505050602888901c64ffffffffff1667ffffffffffffffff16846080015167ffffffffffffffff16118015612af0575064ffffffffff881667ffffffffffffffff168460a0015167ffffffffffffffff16115b845160288a901c64ffffffffff1664ffffffffff8b16909192612b62576040517fa15266100000000000000000000000000000000000000000000000000000000081526001600160a01b03909316600484015267ffffffffffffffff9182166024840152166044820152606401610665565b5050505050505b5050505050565b5f612b86612b7e8360501c90565b60ff166125b8565b80612b9e5750612b9e608883901c62ffffff166125b8565b80612bb65750612bb660a083901c62ffffff166125b8565b806105e257506105e260b883901c62ffffff166125b8565b5f612bd98383612c94565b8290612c14576040517f1288453000000000000000000000000000000000000000000000000000000000815260040161066591815260200190565b505f612c23600180851b613797565b60408501511663ffffffff1690505f5b8115612c5857612c44600183613797565b90911690612c51816138c6565b9050612c33565b611fc56030826138fd565b5f60ff8216600214612c885760ff8216600314612c81576001612c8b565b6002612c8b565b60035b60ff1692915050565b5f6020821080156109bf5750604083015163ffffffff16821c6001908116149392505050565b80356001600160a01b038116811461195d575f5ffd5b5f60208284031215612ce0575f5ffd5b6109bf82612cba565b5f60208284031215612cf9575f5ffd5b5035919050565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52602160045260245ffd5b60038110612d3d57612d3d612d00565b9052565b602081016105e28284612d2d565b5f5f83601f840112612d5f575f5ffd5b50813567ffffffffffffffff811115612d76575f5ffd5b602083019150836020828501011115612d8d575f5ffd5b9250929050565b5f5f5f83850360e0811215612da7575f5ffd5b60c0811215612db4575f5ffd5b5083925060c084013567ffffffffffffffff811115612dd1575f5ffd5b612ddd86828701612d4f565b9497909650939450505050565b5f5f5f838503610100811215612dfe575f5ffd5b60e0811215612e0b575f5ffd5b5083925060e084013567ffffffffffffffff811115612dd1575f5ffd5b60048110610a5057610a50612d00565b815160e0820190612e4881612e28565b8083525060ff60208401511660208301526001600160a01b036040840151166040830152606083015160608301526080830151608083015267ffffffffffffffff60a08401511660a083015267ffffffffffffffff60c08401511660c083015292915050565b5f60208284031215612ebe575f5ffd5b813560ff811681146109bf575f5ffd5b60208101612edb83612e28565b91905290565b5f5f60208385031215612ef2575f5ffd5b823567ffffffffffffffff811115612f08575f5ffd5b612f1485828601612d4f565b90969095509350505050565b5f5f5f5f60408587031215612f33575f5ffd5b843567ffffffffffffffff811115612f49575f5ffd5b612f5587828801612d4f565b909550935050602085013567ffffffffffffffff811115612f74575f5ffd5b8501601f81018713612f84575f5ffd5b803567ffffffffffffffff811115612f9a575f5ffd5b8760208260051b8401011115612fae575f5ffd5b949793965060200194505050565b5f5f5f5f5f5f60608789031215612fd1575f5ffd5b863567ffffffffffffffff811115612fe7575f5ffd5b612ff389828a01612d4f565b909750955050602087013567ffffffffffffffff811115613012575f5ffd5b61301e89828a01612d4f565b909550935050604087013567ffffffffffffffff81111561303d575f5ffd5b61304989828a01612d4f565b979a9699509497509295939492505050565b6001600160a01b03831681526040810161307483612e28565b8260208301529392505050565b67ffffffffffffffff81168114610a50575f5ffd5b82815260e081016001600160a01b036130ae84612cba565b166020838101919091528301356040808401919091528301356060808401919091528301356080808401919091528301356130e881613081565b67ffffffffffffffff811660a08401525060a083013561310781613081565b67ffffffffffffffff811660c0840152509392505050565b5f6020828403121561312f575f5ffd5b81356109bf81613081565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52604160045260245ffd5b60405160e0810167ffffffffffffffff8111828210171561318a5761318a61313a565b60405290565b5f60c08284031280156131a1575f5ffd5b5060405160c0810167ffffffffffffffff811182821017156131c5576131c561313a565b6040526131d183612cba565b815260208381013590820152604080840135908201526060808401359082015260808301356131ff81613081565b608082015260a083013561321281613081565b60a08201529392505050565b828152604081016109bf6020830184612d2d565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52603260045260245ffd5b5f6020828403121561326f575f5ffd5b5051919050565b82815261010081016001600160a01b0361328f84612cba565b1660208381019190915283013560408084019190915283013560608084019190915283013560808084019190915283013560a0808401919091528301356132d581613081565b67ffffffffffffffff811660c08401525060c08301356132f481613081565b67ffffffffffffffff811660e0840152509392505050565b818382375f9101908152919050565b81835281816020850137505f602082840101525f60207fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe0601f840116840101905092915050565b602081525f611b8c60208301848661331b565b608081525f61338860808301888a61331b565b82810360208401528086825260208201905060208760051b830101885f7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe18b3603015b8a821015613457577fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe08685030185528235818112613407575f5ffd5b8c0160208101903567ffffffffffffffff811115613423575f5ffd5b803603821315613431575f5ffd5b61343c86828461331b565b955050506020830192506020850194506001820191506133cb565b50505067ffffffffffffffff871660408601529250613474915050565b67ffffffffffffffff83166060830152979650505050505050565b805161195d81613081565b805163ffffffff8116811461195d575f5ffd5b5f82601f8301126134bc575f5ffd5b815167ffffffffffffffff8111156134d6576134d661313a565b604051601f82017fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe0908116603f0116810167ffffffffffffffff811182821017156135235761352361313a565b60405281815283820160200185101561353a575f5ffd5b8160208501602083015e5f918101602001919091529392505050565b5f60208284031215613566575f5ffd5b815167ffffffffffffffff81111561357c575f5ffd5b820160e0818503121561358d575f5ffd5b613595613167565b815181526135a56020830161348f565b60208201526135b66040830161349a565b6040820152606082015167ffffffffffffffff8111156135d4575f5ffd5b6135e0868285016134ad565b606083015250608082015167ffffffffffffffff8111156135ff575f5ffd5b61360b868285016134ad565b60808301525060a082015167ffffffffffffffff81111561362a575f5ffd5b613636868285016134ad565b60a08301525060c082015167ffffffffffffffff811115613655575f5ffd5b613661868285016134ad565b60c083015250949350505050565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52601160045260245ffd5b5f67ffffffffffffffff8316806136da577f4e487b71000000000000000000000000000000000000000000000000000000005f52601260045260245ffd5b8067ffffffffffffffff84160491505092915050565b67ffffffffffffffff81811683821601908111156105e2576105e261366f565b858782375f8682015f8152858782375f908601908152838582375f930192835250909695505050505050565b606081525f61374f60608301888a61331b565b828103602084015261376281878961331b565b9050828103604084015261377781858761331b565b9998505050505050505050565b808201808211156105e2576105e261366f565b818103818111156105e2576105e261366f565b5f62ffffff821662ffffff81036137c3576137c361366f565b60010192915050565b6001600160a01b0384168152606081016137e584612e28565b83602083015260ff83166040830152949350505050565b5f5f8585111561380a575f5ffd5b83861115613816575f5ffd5b5050820193919092039150565b803560208310156105e2577fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff602084900360031b1b1692915050565b8051602080830151919081101561389e577fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff8160200360031b1b821691505b50919050565b5f5f604083850312156138b5575f5ffd5b505080516020909101519092909150565b5f7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff82036138f6576138f661366f565b5060010190565b80820281158282048414176105e2576105e261366f56' as const
