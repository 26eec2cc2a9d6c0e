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

export const enclaveRegistryBytecode = '0x60a06040526002805462ffffff60a01b1916600360a01b179055348015610024575f5ffd5b50604051613ac6380380613ac6833981016040819052610043916100d5565b6001600160a01b03821661006a5760405163d92e233d60e01b815260040160405180910390fd5b5f80546001600160a01b0319166001600160a01b03848116918217835583166080526040519091907f8be0079c531659141344cd1fd0a4f28419497f9722a3daafe3b4186f6b6457e0908290a3505061010d565b6001600160a01b03811681146100d2575f5ffd5b50565b5f5f604083850312156100e6575f5ffd5b82516100f1816100be565b6020840151909250610102816100be565b809150509250929050565b60805161398c61013a5f395f818161042e01528181610bf9015281816114400152612280015261398c5ff3fe608060405234801561000f575f5ffd5b5060043610610201575f3560e01c80639c1de8b211610123578063ce56697d116100b8578063e30c397811610088578063ea4264981161006e578063ea426498146104f6578063f0b95dfc14610509578063f2fde38b14610512575f5ffd5b8063e30c3978146104d0578063e8c52f61146104e3575f5ffd5b8063ce56697d14610476578063deb1fd4214610497578063def5d38b146104aa578063e00f2f56146104bd575f5ffd5b8063abbed97e116100f3578063abbed97e14610409578063b4b3c5a014610429578063b646c19414610450578063c074082314610463575f5ffd5b80639c1de8b214610378578063a0498fe2146103d0578063a10f414b146103e3578063a9c6dc03146103f6575f5ffd5b80634756b65e116101995780637a93d0de116101695780637a93d0de146103205780638a0dac4a146103335780638da5cb5b1461034657806397815d4e14610358575f5ffd5b80634756b65e146102cf5780635a75b491146102f25780635ae7ab321461030557806379ba509714610318575f5ffd5b806330cf25c6116101d457806330cf25c6146102755780633ca61560146102885780633eca34201461029b578063452a9320146102a4575f5ffd5b806318d13ef7146102055780631f7f70781461021a578063241cafd3146102425780632c1a62ce14610262575b5f5ffd5b610218610213366004612d48565b610525565b005b61022462093a8081565b60405167ffffffffffffffff90911681526020015b60405180910390f35b610255610250366004612d61565b6105c9565b6040516102399190612db9565b610218610270366004612d48565b6105e8565b610218610283366004612e0c565b6106df565b610218610296366004612d61565b610824565b610224612a3081565b6002546102b7906001600160a01b031681565b6040516001600160a01b039091168152602001610239565b6102e26102dd366004612d48565b610973565b6040519015158152602001610239565b610218610300366004612d61565b6109b1565b610218610313366004612d48565b610a3e565b610218610b23565b61021861032e366004612e62565b610bec565b610218610341366004612d48565b610dd3565b5f546102b7906001600160a01b031681565b61036b610366366004612d48565b610e44565b6040516102399190612eb0565b61039f7f6e616372652f6b65797365742f3100000000000000000000000000000000000081565b6040517fffffffffffffffffffffffffffffffff000000000000000000000000000000009091168152602001610239565b6102556103de366004612d61565b610f43565b6102e26103f1366004612f26565b610f5c565b610218610404366004612d61565b610f66565b61041c610417366004612d48565b611022565b6040516102399190612f46565b6102b77f000000000000000000000000000000000000000000000000000000000000000081565b61021861045e366004612d48565b611044565b610218610471366004612f26565b6111d4565b610489610484366004612f59565b6112bb565b604051908152602001610239565b61041c6104a5366004612d48565b6113e0565b6102b76104b8366004612f98565b611403565b6102556104cb366004612d61565b611632565b6001546102b7906001600160a01b031681565b6102186104f1366004612d61565b61164b565b610489610504366004613034565b6116d7565b61022461012c81565b610218610520366004612d48565b611839565b61052d6118a9565b5f6105378261190f565b6001600160a01b0383165f908152620100076020526040902080547fffffffffffffffffffffffffffffffffffffffffffffffffffffffffff0000001662ffffff831690811790915590915061058c9061194d565b156105c5576040516001600160a01b038316907f3bb10f2bb5b56b26e5c3344dbe0cb08aedbcc3ab4c6efe07c6af4a3631107883905f90a25b5050565b5f8181526201000660205260408120546105e29061198d565b92915050565b6105f06119b8565b6001600160a01b0381165f908152620100076020526040812061061290611a10565b9050600181600381111561062857610628612d78565b148282909161066e576040517f7568fa150000000000000000000000000000000000000000000000000000000081526004016106659291906130d3565b60405180910390fd5b50506001600160a01b0382165f81815262010007602052604080822080547fffffffffffffffffffffffffffffffffffffffffffffffffffffffff00ffffff166301000000179055517fe2d45f75607db3178b7dc1604970b485a9a03f7d9672b49b575907a93484a8699190a25050565b6106e96001611a5a565b5f61073d7f912bdfe464bf55003a448b0f1c84f2b096718aef329e332b63950d5ef6f2eabf8560405160200161072092919061310e565b604051602081830303815290604052805190602001208484611aa1565b6001600160a01b0381165f908152620100076020526040812091925061076282611a10565b9050600181600381111561077857610778612d78565b14838290916107b5576040517fa8d456ab0000000000000000000000000000000000000000000000000000000081526004016106659291906130d3565b506107e090506107cb60a0880160808901613197565b6107db60c0890160a08a01613197565b611bfb565b61081c6107f236889003880188613208565b8354600190869060881b73ffffff000000000000000000000000000000000016611da5565b611da5565b505050505050565b61082c6119b8565b5f8181526201000460205260408120546108459061198d565b9050600181600281111561085b5761085b612d78565b1482829091610898576040517f5cb058cb000000000000000000000000000000000000000000000000000000008152600401610665929190613296565b50505f8281526201000660205260409020546108b39061198d565b905060028160028111156108c9576108c9612d78565b14158290610906576040517f9fef24d900000000000000000000000000000000000000000000000000000000815260040161066591815260200190565b50600181600281111561091b5761091b612d78565b03610924575050565b61092d82611f68565b5f83815262010006602052604080822062ffffff93909316909255905183917f31da5a60497d327997828e26ef4077deaf188bae880ddfcf5fc02d82c40edeab91a25050565b5f60016001600160a01b0383165f90815262010008602052604090205461099990611fba565b60038111156109aa576109aa612d78565b1492915050565b6109b96118a9565b5f81815262010006602052604081205490036109f2576109d881611f68565b5f828152620100066020526040902062ffffff9190911690555b5f818152620100066020526040902054610a0b9061194d565b15610a3b5760405181907f07defbabb3ff4da67aea692563eec54ae5d95f091dbdbf8e2f17785a1f36f464905f90a25b50565b610a466118a9565b6001600160a01b0381165f9081526201000860205260409020547f8000000000000000000000000000000000000000000000000000000000000000811615610a8c575050565b7f800000000000000000000000000000000000000000000000000000000000000081176001600160a01b0383165f90815262010008602052604090205560d081901c62ffffff1615610aec57610aea60d082901c62ffffff1661194d565b505b6040516001600160a01b038316907f2863dd5cdaeee3db3572cb06d2252df0b2ed5fd16b2fe921c187ba89519247d3905f90a25050565b6001546001600160a01b031633808214610b7c576040517f3c29cbb60000000000000000000000000000000000000000000000000000000081526001600160a01b03928316600482015291166024820152604401610665565b50505f8054337fffffffffffffffffffffffff0000000000000000000000000000000000000000808316821784556001805490911690556040516001600160a01b0390921692909183917f8be0079c531659141344cd1fd0a4f28419497f9722a3daafe3b4186f6b6457e091a350565b610bf66003611a5a565b5f7f00000000000000000000000000000000000000000000000000000000000000006001600160a01b0316631d80009a6040518163ffffffff1660e01b8152600401602060405180830381865afa158015610c53573d5f5f3e3d5ffd5b505050506040513d601f19601f82011682018060405250810190610c7791906132aa565b9050806080850135808214610cc1576040517f7254b61700000000000000000000000000000000000000000000000000000000815260048101929092526024820152604401610665565b50505f610d177f022601533cd9b1041ff9c1b788ee61207fa2deac0a432bd227458981115df2d686604051602001610cfa9291906132c1565b604051602081830303815290604052805190602001208585611aa1565b9050610d3c610d2c60c0870160a08801613197565b6107db60e0880160c08901613197565b6040805160c081019091525f9080610d576020890189612d48565b6001600160a01b031681526020018760200135815260200187604001358152602001876060013581526020018760a0016020810190610d969190613197565b67ffffffffffffffff168152602001610db560e0890160c08a01613197565b67ffffffffffffffff169052905061081c8160038461081781612085565b610ddb6119b8565b600280546001600160a01b038381167fffffffffffffffffffffffff0000000000000000000000000000000000000000831681179093556040519116919082907fa14fc14d8620a708a896fd11392a235647d99385500a295f0d7da2a258b2e967905f90a35050565b6040805160e080820183525f8083526020808401829052838501829052606084018290526080840182905260a0840182905260c084018290526001600160a01b038616825262010008905283902054835191820190935290919080610ea883611fba565b6003811115610eb957610eb9612d78565b8152602001610ec88360501c90565b60ff168152608883901c62ffffff9081165f9081526201000360208181526040808420546001600160a01b031682870152605888901c851684528282528084205481870152607088901c9094168352522054606082015264ffffffffff602884901c8116608083015290921660a09092019190915292915050565b5f8181526201000560205260408120546105e29061198d565b5f6105e282612251565b610f6e6118a9565b5f8181526201000460205260408120549003610fa757610f8d81611f68565b5f828152620100046020526040902062ffffff9190911690555b5f818152620100046020526040902054610fc09061194d565b15610ff05760405181907fae0cbfb48e0a7a904df88eec3a0bbe8eb58ba3558a9d53f7d94208b2c1c7279e905f90a25b5f81815262010006602052604090205415801590610a0b57505f818152620100066020526040902054610a0b9061194d565b6001600160a01b0381165f90815262010007602052604081206105e290611a10565b61104c6119b8565b6001600160a01b03811661108c576040517fd92e233d00000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b6001600160a01b0381165f90815262010007602052604081206110ae90611a10565b905060038160038111156110c4576110c4612d78565b1415829061110a576040517f73fff1160000000000000000000000000000000000000000000000000000000081526001600160a01b039091166004820152602401610665565b50600181600381111561111f5761111f612d78565b03611128575050565b604051806040016040528061113c8461190f565b62ffffff90811682525f60209283018190526001600160a01b038616808252620100078452604080832086518154979096015115156301000000027fffffffffffffffffffffffffffffffffffffffffffffffffffffffff0000000090971695909416949094179490941790915590517f835bddf1ceee4956e4329af9edf018523c1191238187a597453f6020bcadb0429190a25050565b6111dc6118a9565b60ff8116158015906111f25750600360ff821611155b8190611230576040517fd2d2749300000000000000000000000000000000000000000000000000000000815260ff9091166004820152602401610665565b5061123d8160ff1661194d565b156112705760405160ff8216907fb79dad703ee1a800afa2f7a17d5fd47b76c396ab8cbfa700e7d2a75675d760e6905f90a25b60ff811660021480156112885750611288600361194d565b15610a3b576040516003907fb79dad703ee1a800afa2f7a17d5fd47b76c396ab8cbfa700e7d2a75675d760e6905f90a250565b5f6112c46119b8565b6112d0601084846122c5565b82826040516112e0929190613357565b604051809103902090505f611307620100055f8481526020019081526020015f205461198d565b9050600281600281111561131d5761131d612d78565b1415829061135a576040517fd2d59e8f00000000000000000000000000000000000000000000000000000000815260040161066591815260200190565b50600181600281111561136f5761136f612d78565b0361137a57506105e2565b61138382611f68565b62ffffff16620100055f8481526020019081526020015f2081905550817fd9e2ed8c84789043ccc746028224cbafe84d43406e245dd91d8a545aab503e3385856040516113d19291906133ad565b60405180910390a25092915050565b6001600160a01b0381165f9081526201000860205260408120546105e290611fba565b5f61140e6002611a5a565b6040517fca67898d0000000000000000000000000000000000000000000000000000000081525f906001600160a01b037f0000000000000000000000000000000000000000000000000000000000000000169063ca67898d90611483908990899089908990612a309061012c906004016133c0565b5f604051808303815f875af115801561149e573d5f5f3e3d5ffd5b505050506040513d5f823e601f3d9081017fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe01682016040526114e391908101906135a1565b90506114f2816080015161238b565b91505f6115028260a00151612448565b90505f6103e8836020015161151791906136e7565b90505f6040518060c00160405280866001600160a01b0316815260200161153d8661254c565b815260200161154d866010612580565b815260200160028b8b604051611564929190613357565b602060405180830381855afa15801561157f573d5f5f3e3d5ffd5b5050506040513d601f19601f820116820180604052508101906115a291906132aa565b815267ffffffffffffffff841660208201526040016115c462093a808561373b565b67ffffffffffffffff16905290506115df8160025f80611da5565b82856001600160a01b03167f1c29aeebf0b8aa3ecb50f83cc0e0c331a331dd3479cf0f0d1a5c8d182507a230865f015160405161161e91815260200190565b60405180910390a350505050949350505050565b5f8181526201000460205260408120546105e29061198d565b6116536118a9565b5f818152620100056020526040812054900361168c5761167281611f68565b5f828152620100056020526040902062ffffff9190911690555b5f8181526201000560205260409020546116a59061194d565b15610a3b5760405181907f3daaafabe5c806fcfafd33a27bb3ba108a206c9ecdc1e1d9c1f544a0dea32501905f90a250565b5f6116e06119b8565b6116eb5f88886122c5565b6116f7600186866122c5565b611703600284846122c5565b86868686868660405160200161171e9695949392919061375b565b6040516020818303038152906040528051906020012090505f611753620100045f8481526020019081526020015f205461198d565b9050600281600281111561176957611769612d78565b141582906117a6576040517f9fef24d900000000000000000000000000000000000000000000000000000000815260040161066591815260200190565b5060018160028111156117bb576117bb612d78565b036117c6575061182f565b6117cf82611f68565b62ffffff16620100045f8481526020019081526020015f2081905550817f875fb17b7986a3a21d3badc529dab5f5ee1005edc86e3799fb5432861b2b8b1189898989898960405161182596959493929190613787565b60405180910390a2505b9695505050505050565b6118416119b8565b600180547fffffffffffffffffffffffff0000000000000000000000000000000000000000166001600160a01b038381169182179092555f8054604051929316917f38d16b8cac22d99fc7c124b9cd0de2d3fa1faef420bfe791d8c362d765e227009190a350565b5f546001600160a01b03163314806118cb57506002546001600160a01b031633145b3390610a3b576040517f6b1883f30000000000000000000000000000000000000000000000000000000081526001600160a01b039091166004820152602401610665565b6001600160a01b0381165f90815262010007602052604081205462ffffff1690819003611948576105e26001600160a01b038316611f68565b919050565b5f611957826125a4565b159050801561194857600160ff83161b6003600884901c620100008110611980576119806137cf565b0180549091179055919050565b5f815f0361199c57505f919050565b6119a5826125a4565b6119b05760016105e2565b600292915050565b5f546001600160a01b0316338082146105c5576040517f23295f0e0000000000000000000000000000000000000000000000000000000081526001600160a01b03928316600482015291166024820152604401610665565b80545f9062ffffff168103611a2657505f919050565b8154611a369062ffffff166125a4565b15611a4357506003919050565b81546301000000900460ff166119b05760016105e2565b611a6381612251565b81906105c5576040517fa5aed6d200000000000000000000000000000000000000000000000000000000815260ff9091166004820152602401610665565b5f611bf1611bb6611b5b30604080517f8b73c3c69bb8fe3d512ecc4cf759cc79239f7b179b0ffacaa9a75d522b39400f60208201527f98ecbb992beaab2a5bcf7892cfa7cdf04b8e0762a64c98ee70b3d6eacf54df63918101919091527fc89efdaa54c0f20c7adf612882df0950f5a951637e0307cdcb4c672f298b8bc660608201524660808201526001600160a01b03821660a08201525f9060c001604051602081830303815290604052805190602001209050919050565b866040517f1901000000000000000000000000000000000000000000000000000000000000602082015260228101839052604281018290525f9060620160405160208183030381529060405280519060200120905092915050565b84848080601f0160208091040260200160405190810160405280939291908181526020018383808284375f920191909152506125d192505050565b90505b9392505050565b5f611c0861012c426137fc565b9050828167ffffffffffffffff8216811015611c62576040517fb3d56c2700000000000000000000000000000000000000000000000000000000815267ffffffffffffffff90921660048301526024820152604401610665565b50429050611c7c612a3067ffffffffffffffff86166137fc565b101583611c8b612a304261380f565b9091611cd5576040517f886d6a8600000000000000000000000000000000000000000000000000000000815267ffffffffffffffff90921660048301526024820152604401610665565b5050428267ffffffffffffffff161182429091611d30576040517fb3c3124700000000000000000000000000000000000000000000000000000000815267ffffffffffffffff90921660048301526024820152604401610665565b505f9050611d4b62093a8067ffffffffffffffff86166137fc565b9050828167ffffffffffffffff821681101561081c576040517f99d7916200000000000000000000000000000000000000000000000000000000815267ffffffffffffffff90921660048301526024820152604401610665565b83516001600160a01b0316611de6576040517fd92e233d00000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b5f5f611dfa866020015187604001516127c8565b87516001600160a01b03165f9081526201000860205260409020549193509150611e27818785858b6128b0565b608087015160a088015167ffffffffffffffff16607084901b605886901b17605089901b6aff00000000000000000000161760289290921b6cffffffffffffffff00000000001691909117177cffffff0000000000000000000000000000000000000000000000000000821685821717620100085f8a5f01516001600160a01b03166001600160a01b031681526020019081526020015f208190555087604001518860200151895f01516001600160a01b03167fdb30d3176acc118ee3705fa707289c358efe0aeb78f81f332d5a707b8a483bdf8a8a8d606001518e608001518f60a00151604051611f5695949392919060ff9590951685526001600160a01b03939093166020850152604084019190915267ffffffffffffffff908116606084015216608082015260a00190565b60405180910390a45050505050505050565b5f6002601481819054906101000a900462ffffff16611f8690613822565b825462ffffff8083166101009490940a848102910219909116179092555f9081526201000360205260409020929092555090565b5f611fca60038201548390612b5c565b15611fd757506001919050565b7f800000000000000000000000000000000000000000000000000000000000000082161561200757506002919050565b6120118260501c90565b60ff161580612024575061202482612be8565b1561203057505f919050565b612042605883901c62ffffff166125a4565b8061205a575061205a607083901c62ffffff166125a4565b1561206757506002919050565b64ffffffffff8216421061207d57506003919050565b506001919050565b6001600160a01b0381165f908152620100086020526040812054816120a982611fba565b90505f60018260038111156120c0576120c0612d78565b1480156120d9575060026120d48460501c90565b60ff16145b90508085836120e88660501c90565b909192612124576040517f5452bf2900000000000000000000000000000000000000000000000000000000815260040161066593929190613844565b50505062ffffff605884901c165f90815262010003602090815260408083205480845262010006909252822054909161215c8261198d565b9050600181600281111561217257612172612d78565b14838290916121af576040517f1d45dd39000000000000000000000000000000000000000000000000000000008152600401610665929190613296565b505060d086901c62ffffff165f03612203576121e46121d66001600160a01b038a16611f68565b879062ffffff1660d01b1790565b6001600160a01b0389165f908152620100086020526040902081905595505b604886811b79ffffff00000000000000000000000000000000000000000000001660a084901b179087901c73ffffff0000000000000000000000000000000000161798975050505050505050565b5f60ff821615806122655750600360ff8316115b1561227157505f919050565b60ff8216600114806122ab57507f00000000000000000000000000000000000000000000000000000000000000006001600160a01b031615155b80156105e257506122be8260ff166125a4565b1592915050565b82603082808214612315576040517f46ec426c00000000000000000000000000000000000000000000000000000000815260ff909316600484015260248301919091526044820152606401610665565b50612327915082905060208185613874565b6123309161389b565b61233d60205f8486613874565b6123469161389b565b849117612385576040517fbbf31f4400000000000000000000000000000000000000000000000000000000815260ff9091166004820152602401610665565b50505050565b5f5f604183511480156123f65750825f815181106123ab576123ab6137cf565b6020910101517fff00000000000000000000000000000000000000000000000000000000000000167f0400000000000000000000000000000000000000000000000000000000000000145b905080835190612435576040517ffba7f98c00000000000000000000000000000000000000000000000000000000815260040161066591815260200190565b5050604060219290920191909120919050565b5f80612453836138d7565b90505f835160301480156124a857507fffffffffffffffffffffffffffffffff0000000000000000000000000000000082167f6e616372652f6b65797365742f31000000000000000000000000000000000000145b9050807f6e616372652f6b65797365742f3100000000000000000000000000000000000083865190919261253b576040517fff1e64dd0000000000000000000000000000000000000000000000000000000081527fffffffffffffffffffffffffffffffff0000000000000000000000000000000093841660048201529290911660248301526044820152606401610665565b505050603084015192505050919050565b5f612557825f612c46565b50612563826001612c46565b5061256f826002612c46565b505060600151609060209091012090565b5f5f61258c8484612c46565b60609094015160309401602001939093209392505050565b5f8160ff166003600884901c6201000081106125c2576125c26137cf565b01546001911c16151592915050565b80515f9060419081811461261a576040517fbd1e500200000000000000000000000000000000000000000000000000000000815260048101929092526024820152604401610665565b50505f5f83806020019051810190612632919061391c565b915091505f8460408151811061264a5761264a6137cf565b016020015160f81c9050601b81148061266657508060ff16601c145b81906126a4576040517f1ee5d21a00000000000000000000000000000000000000000000000000000000815260ff9091166004820152602401610665565b50817f7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0811115612703576040517f0350fbc800000000000000000000000000000000000000000000000000000000815260040161066591815260200190565b50604080515f81526020810180835288905260ff831691810191909152606081018490526080810183905260019060a0016020604051602081039080840390855afa158015612754573d5f5f3e3d5ffd5b50506040517fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe001519450506001600160a01b0384166127bf576040517f37e8456b00000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b50505092915050565b5f82815262010004602052604081205490806127e38361198d565b905060018160028111156127f9576127f9612d78565b1485829091612836576040517f5cb058cb000000000000000000000000000000000000000000000000000000008152600401610665929190613296565b50505f84815262010005602052604090205491506128538261198d565b9050600181600281111561286957612869612d78565b14848290916128a6576040517fbc366c29000000000000000000000000000000000000000000000000000000008152600401610665929190613296565b5050509250929050565b5f6128ba86611fba565b905060028160038111156128d0576128d0612d78565b83519103612916576040517f967faccb0000000000000000000000000000000000000000000000000000000081526001600160a01b039091166004820152602401610665565b505f81600381111561292a5761292a612d78565b036129355750612b55565b5f5f61294087612cdb565b61295261294d8a60501c90565b612cdb565b915091508082111561296657505050612b55565b808214806129855750600383600381111561298357612983612d78565b145b84516129918a60501c90565b899091926129e7576040517f3d0ebc130000000000000000000000000000000000000000000000000000000081526001600160a01b03909316600484015260ff9182166024840152166044820152606401610665565b50505062ffffff605889901c1686148015612a0a575084607089901c62ffffff16145b845162ffffff60588b901c81165f9081526201000360205260408082205460708e901c90931682529020549192909190612a89576040517f3ab431e10000000000000000000000000000000000000000000000000000000081526001600160a01b03909316600484015260248301919091526044820152606401610665565b505050602888901c64ffffffffff1667ffffffffffffffff16846080015167ffffffffffffffff16118015612adc575064ffffffffff881667ffffffffffffffff168460a0015167ffffffffffffffff16115b845160288a901c64ffffffffff1664ffffffffff8b16909192612b4e576040517fa15266100000000000000000000000000000000000000000000000000000000081526001600160a01b03909316600484015267ffffffffffffffff9182166024840152166044820152606401610665565b5050505050505b5050505050565b5f82605081901c60ff90811684901c605883901c821685901c17607083901c821685901c17608883901c821685901c1760a083901c821685901c1760b883901c9190911684901c177f800000000000ffff00ffff00ffff00ffff00ffff00000000000000000000000082166001821617158015612bdf57508164ffffffffff1642105b95945050505050565b5f612bfe612bf68360501c90565b60ff166125a4565b80612c165750612c16608883901c62ffffff166125a4565b80612c2e5750612c2e60a083901c62ffffff166125a4565b806105e257506105e260b883901c62ffffff166125a4565b5f612c518383612d0c565b8290612c8c576040517f1288453000000000000000000000000000000000000000000000000000000000815260040161066591815260200190565b505f612c9b600180851b61380f565b60408501511663ffffffff1690505f5b8115612cd057612cbc60018361380f565b90911690612cc98161393e565b9050612cab565b612bdf603082613975565b5f60ff8216600214612d005760ff8216600314612cf9576001612d03565b6002612d03565b60035b60ff1692915050565b5f602082108015611bf45750604083015163ffffffff16821c6001908116149392505050565b80356001600160a01b0381168114611948575f5ffd5b5f60208284031215612d58575f5ffd5b611bf482612d32565b5f60208284031215612d71575f5ffd5b5035919050565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52602160045260245ffd5b60038110612db557612db5612d78565b9052565b602081016105e28284612da5565b5f5f83601f840112612dd7575f5ffd5b50813567ffffffffffffffff811115612dee575f5ffd5b602083019150836020828501011115612e05575f5ffd5b9250929050565b5f5f5f83850360e0811215612e1f575f5ffd5b60c0811215612e2c575f5ffd5b5083925060c084013567ffffffffffffffff811115612e49575f5ffd5b612e5586828701612dc7565b9497909650939450505050565b5f5f5f838503610100811215612e76575f5ffd5b60e0811215612e83575f5ffd5b5083925060e084013567ffffffffffffffff811115612e49575f5ffd5b60048110610a3b57610a3b612d78565b815160e0820190612ec081612ea0565b8083525060ff60208401511660208301526001600160a01b036040840151166040830152606083015160608301526080830151608083015267ffffffffffffffff60a08401511660a083015267ffffffffffffffff60c08401511660c083015292915050565b5f60208284031215612f36575f5ffd5b813560ff81168114611bf4575f5ffd5b60208101612f5383612ea0565b91905290565b5f5f60208385031215612f6a575f5ffd5b823567ffffffffffffffff811115612f80575f5ffd5b612f8c85828601612dc7565b90969095509350505050565b5f5f5f5f60408587031215612fab575f5ffd5b843567ffffffffffffffff811115612fc1575f5ffd5b612fcd87828801612dc7565b909550935050602085013567ffffffffffffffff811115612fec575f5ffd5b8501601f81018713612ffc575f5ffd5b803567ffffffffffffffff811115613012575f5ffd5b8760208260051b8401011115613026575f5ffd5b949793965060200194505050565b5f5f5f5f5f5f60608789031215613049575f5ffd5b863567ffffffffffffffff81111561305f575f5ffd5b61306b89828a01612dc7565b909750955050602087013567ffffffffffffffff81111561308a575f5ffd5b61309689828a01612dc7565b909550935050604087013567ffffffffffffffff8111156130b5575f5ffd5b6130c189828a01612dc7565b979a9699509497509295939492505050565b6001600160a01b0383168152604081016130ec83612ea0565b8260208301529392505050565b67ffffffffffffffff81168114610a3b575f5ffd5b82815260e081016001600160a01b0361312684612d32565b16602083810191909152830135604080840191909152830135606080840191909152830135608080840191909152830135613160816130f9565b67ffffffffffffffff811660a08401525060a083013561317f816130f9565b67ffffffffffffffff811660c0840152509392505050565b5f602082840312156131a7575f5ffd5b8135611bf4816130f9565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52604160045260245ffd5b60405160e0810167ffffffffffffffff81118282101715613202576132026131b2565b60405290565b5f60c0828403128015613219575f5ffd5b5060405160c0810167ffffffffffffffff8111828210171561323d5761323d6131b2565b60405261324983612d32565b81526020838101359082015260408084013590820152606080840135908201526080830135613277816130f9565b608082015260a083013561328a816130f9565b60a08201529392505050565b82815260408101611bf46020830184612da5565b5f602082840312156132ba575f5ffd5b5051919050565b82815261010081016001600160a01b036132da84612d32565b1660208381019190915283013560408084019190915283013560608084019190915283013560808084019190915283013560a080840191909152830135613320816130f9565b67ffffffffffffffff811660c08401525060c083013561333f816130f9565b67ffffffffffffffff811660e0840152509392505050565b818382375f9101908152919050565b81835281816020850137505f602082840101525f60207fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe0601f840116840101905092915050565b602081525f611bf1602083018486613366565b608081525f6133d360808301888a613366565b82810360208401528086825260208201905060208760051b830101885f7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe18b3603015b8a8210156134a2577fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe08685030185528235818112613452575f5ffd5b8c0160208101903567ffffffffffffffff81111561346e575f5ffd5b80360382131561347c575f5ffd5b613487868284613366565b95505050602083019250602085019450600182019150613416565b50505067ffffffffffffffff8716604086015292506134bf915050565b67ffffffffffffffff83166060830152979650505050505050565b8051611948816130f9565b805163ffffffff81168114611948575f5ffd5b5f82601f830112613507575f5ffd5b815167ffffffffffffffff811115613521576135216131b2565b604051601f82017fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe0908116603f0116810167ffffffffffffffff8111828210171561356e5761356e6131b2565b604052818152838201602001851015613585575f5ffd5b8160208501602083015e5f918101602001919091529392505050565b5f602082840312156135b1575f5ffd5b815167ffffffffffffffff8111156135c7575f5ffd5b820160e081850312156135d8575f5ffd5b6135e06131df565b815181526135f0602083016134da565b6020820152613601604083016134e5565b6040820152606082015167ffffffffffffffff81111561361f575f5ffd5b61362b868285016134f8565b606083015250608082015167ffffffffffffffff81111561364a575f5ffd5b613656868285016134f8565b60808301525060a082015167ffffffffffffffff811115613675575f5ffd5b613681868285016134f8565b60a08301525060c082015167ffffffffffffffff8111156136a0575f5ffd5b6136ac868285016134f8565b60c083015250949350505050565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52601160045260245ffd5b5f67ffffffffffffffff831680613725577f4e487b71000000000000000000000000000000000000000000000000000000005f52601260045260245ffd5b8067ffffffffffffffff84160491505092915050565b67ffffffffffffffff81811683821601908111156105e2576105e26136ba565b858782375f8682015f8152858782375f908601908152838582375f930192835250909695505050505050565b606081525f61379a60608301888a613366565b82810360208401526137ad818789613366565b905082810360408401526137c2818587613366565b9998505050505050505050565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52603260045260245ffd5b808201808211156105e2576105e26136ba565b818103818111156105e2576105e26136ba565b5f62ffffff821662ffffff810361383b5761383b6136ba565b60010192915050565b6001600160a01b03841681526060810161385d84612ea0565b83602083015260ff83166040830152949350505050565b5f5f85851115613882575f5ffd5b8386111561388e575f5ffd5b5050820193919092039150565b803560208310156105e2577fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff602084900360031b1b1692915050565b80516020808301519190811015613916577fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff8160200360031b1b821691505b50919050565b5f5f6040838503121561392d575f5ffd5b505080516020909101519092909150565b5f7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff820361396e5761396e6136ba565b5060010190565b80820281158282048414176105e2576105e26136ba56' as const
