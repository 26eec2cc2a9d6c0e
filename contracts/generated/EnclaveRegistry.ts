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
    "name": "ApprovalNotNewer",
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
    "inputs": [],
    "name": "AttestationRouteClosed",
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
  }
] as const

export const enclaveRegistryBytecode = '0x60a060405234801561000f575f5ffd5b50604051612f0c380380612f0c83398101604081905261002e916100c0565b6001600160a01b0382166100555760405163d92e233d60e01b815260040160405180910390fd5b5f80546001600160a01b0319166001600160a01b03848116918217835583166080526040519091907f8be0079c531659141344cd1fd0a4f28419497f9722a3daafe3b4186f6b6457e0908290a350506100f8565b6001600160a01b03811681146100bd575f5ffd5b50565b5f5f604083850312156100d1575f5ffd5b82516100dc816100a9565b60208401519092506100ed816100a9565b809150509250929050565b608051612dee61011e5f395f818161037e01528181610f120152610fa20152612dee5ff3fe608060405234801561000f575f5ffd5b50600436106101b0575f3560e01c8063a0498fe2116100f3578063def5d38b11610093578063e8c52f611161006e578063e8c52f6114610420578063ea42649814610433578063f0b95dfc14610446578063f2fde38b1461044f575f5ffd5b8063def5d38b146103e7578063e00f2f56146103fa578063e30c39781461040d575f5ffd5b8063b4b3c5a0116100ce578063b4b3c5a014610379578063b646c194146103a0578063ce56697d146103b3578063deb1fd42146103d4575f5ffd5b8063a0498fe214610326578063a9c6dc0314610346578063abbed97e14610359575f5ffd5b80634756b65e1161015e5780638a0dac4a116101395780638a0dac4a146102895780638da5cb5b1461029c57806397815d4e146102ae5780639c1de8b2146102ce575f5ffd5b80634756b65e1461024b5780635ae7ab321461026e57806379ba509714610281575f5ffd5b806330cf25c61161018e57806330cf25c6146102045780633eca342014610217578063452a932014610220575f5ffd5b806318d13ef7146101b45780631f7f7078146101c95780632c1a62ce146101f1575b5f5ffd5b6101c76101c2366004612320565b610462565b005b6101d362093a8081565b60405167ffffffffffffffff90911681526020015b60405180910390f35b6101c76101ff366004612320565b610506565b6101c761021236600461237e565b6105fd565b6101d3612a3081565b600254610233906001600160a01b031681565b6040516001600160a01b0390911681526020016101e8565b61025e610259366004612320565b61083c565b60405190151581526020016101e8565b6101c761027c366004612320565b61087a565b6101c7610930565b6101c7610297366004612320565b6109f9565b5f54610233906001600160a01b031681565b6102c16102bc366004612320565b610a6a565b6040516101e89190612411565b6102f57f6e616372652f6b65797365742f3100000000000000000000000000000000000081565b6040517fffffffffffffffffffffffffffffffff0000000000000000000000000000000090911681526020016101e8565b610339610334366004612487565b610b69565b6040516101e891906124b2565b6101c7610354366004612487565b610b88565b61036c610367366004612320565b610c15565b6040516101e891906124c0565b6102337f000000000000000000000000000000000000000000000000000000000000000081565b6101c76103ae366004612320565b610c37565b6103c66103c13660046124d3565b610dc7565b6040519081526020016101e8565b61036c6103e2366004612320565b610eec565b6102336103f5366004612512565b610f0f565b610339610408366004612487565b611176565b600154610233906001600160a01b031681565b6101c761042e366004612487565b61118f565b6103c66104413660046125ae565b61121b565b6101d361012c81565b6101c761045d366004612320565b61137d565b61046a6113ed565b5f61047482611453565b6001600160a01b0383165f908152620100066020526040902080547fffffffffffffffffffffffffffffffffffffffffffffffffffffffffff0000001662ffffff83169081179091559091506104c990611491565b15610502576040516001600160a01b038316907f3bb10f2bb5b56b26e5c3344dbe0cb08aedbcc3ab4c6efe07c6af4a3631107883905f90a25b5050565b61050e6114d1565b6001600160a01b0381165f908152620100066020526040812061053090611529565b90506001816003811115610546576105466123d4565b148282909161058c576040517f7568fa1500000000000000000000000000000000000000000000000000000000815260040161058392919061264d565b60405180910390fd5b50506001600160a01b0382165f81815262010006602052604080822080547fffffffffffffffffffffffffffffffffffffffffffffffffffffffff00ffffff166301000000179055517fe2d45f75607db3178b7dc1604970b485a9a03f7d9672b49b575907a93484a8699190a25050565b5f7f912bdfe464bf55003a448b0f1c84f2b096718aef329e332b63950d5ef6f2eabf84604051602001610631929190612688565b60408051601f1981840301815282825280516020918201207f8b73c3c69bb8fe3d512ecc4cf759cc79239f7b179b0ffacaa9a75d522b39400f828501527f98ecbb992beaab2a5bcf7892cfa7cdf04b8e0762a64c98ee70b3d6eacf54df63848401527fc89efdaa54c0f20c7adf612882df0950f5a951637e0307cdcb4c672f298b8bc660608501524660808501523060a0808601919091528351808603909101815260c0850184528051908301207f190100000000000000000000000000000000000000000000000000000000000060e086015260e2850152610102808501829052835180860390910181526101228501808552815191840191909120610142601f8901859004909402860184019094528681529094505f9361076d9392889188918291018382808284375f9201919091525061157b92505050565b6001600160a01b0381165f908152620100066020526040812091925061079282611529565b905060018160038111156107a8576107a86123d4565b14838290916107e5576040517fa8d456ab00000000000000000000000000000000000000000000000000000000815260040161058392919061264d565b5061081090506107fb60a0890160808a01612711565b61080b60c08a0160a08b01612711565b611754565b61083361082236899003890189612782565b8354600190869062ffffff16611906565b50505050505050565b5f60016001600160a01b0383165f90815262010007602052604090205461086290611b32565b6003811115610873576108736123d4565b1492915050565b6108826113ed565b6001600160a01b0381165f9081526201000760205260409020547f80000000000000000000000000000000000000000000000000000000000000008116156108c8575050565b6001600160a01b0382165f8181526201000760205260408082207f800000000000000000000000000000000000000000000000000000000000000085179055517f2863dd5cdaeee3db3572cb06d2252df0b2ed5fd16b2fe921c187ba89519247d39190a25050565b6001546001600160a01b031633808214610989576040517f3c29cbb60000000000000000000000000000000000000000000000000000000081526001600160a01b03928316600482015291166024820152604401610583565b50505f8054337fffffffffffffffffffffffff0000000000000000000000000000000000000000808316821784556001805490911690556040516001600160a01b0390921692909183917f8be0079c531659141344cd1fd0a4f28419497f9722a3daafe3b4186f6b6457e091a350565b610a016114d1565b600280546001600160a01b038381167fffffffffffffffffffffffff0000000000000000000000000000000000000000831681179093556040519116919082907fa14fc14d8620a708a896fd11392a235647d99385500a295f0d7da2a258b2e967905f90a35050565b6040805160e080820183525f8083526020808401829052838501829052606084018290526080840182905260a0840182905260c084018290526001600160a01b038616825262010007905283902054835191820190935290919080610ace83611b32565b6003811115610adf57610adf6123d4565b8152602001610aee8360501c90565b60ff168152608883901c62ffffff9081165f9081526201000360208181526040808420546001600160a01b031682870152605888901c851684528282528084205481870152607088901c9094168352522054606082015264ffffffffff602884901c8116608083015290921660a09092019190915292915050565b5f818152620100056020526040812054610b8290611c03565b92915050565b610b906113ed565b5f8181526201000460205260408120549003610bc957610baf81611c26565b5f828152620100046020526040902062ffffff9190911690555b5f818152620100046020526040902054610be290611491565b15610c125760405181907fae0cbfb48e0a7a904df88eec3a0bbe8eb58ba3558a9d53f7d94208b2c1c7279e905f90a25b50565b6001600160a01b0381165f9081526201000660205260408120610b8290611529565b610c3f6114d1565b6001600160a01b038116610c7f576040517fd92e233d00000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b6001600160a01b0381165f9081526201000660205260408120610ca190611529565b90506003816003811115610cb757610cb76123d4565b14158290610cfd576040517f73fff1160000000000000000000000000000000000000000000000000000000081526001600160a01b039091166004820152602401610583565b506001816003811115610d1257610d126123d4565b03610d1b575050565b6040518060400160405280610d2f84611453565b62ffffff90811682525f60209283018190526001600160a01b038616808252620100068452604080832086518154979096015115156301000000027fffffffffffffffffffffffffffffffffffffffffffffffffffffffff0000000090971695909416949094179490941790915590517f835bddf1ceee4956e4329af9edf018523c1191238187a597453f6020bcadb0429190a25050565b5f610dd06114d1565b610ddc60108484611c78565b8282604051610dec929190612810565b604051809103902090505f610e13620100055f8481526020019081526020015f2054611c03565b90506002816002811115610e2957610e296123d4565b14158290610e66576040517fd2d59e8f00000000000000000000000000000000000000000000000000000000815260040161058391815260200190565b506001816002811115610e7b57610e7b6123d4565b03610e865750610b82565b610e8f82611c26565b62ffffff16620100055f8481526020019081526020015f2081905550817fd9e2ed8c84789043ccc746028224cbafe84d43406e245dd91d8a545aab503e338585604051610edd929190612848565b60405180910390a25092915050565b6001600160a01b0381165f908152620100076020526040812054610b8290611b32565b5f7f00000000000000000000000000000000000000000000000000000000000000006001600160a01b0316610f70576040517f7a3df4be00000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b6040517fca67898d0000000000000000000000000000000000000000000000000000000081525f906001600160a01b037f0000000000000000000000000000000000000000000000000000000000000000169063ca67898d90610fe5908990899089908990612a309061012c90600401612863565b5f604051808303815f875af1158015611000573d5f5f3e3d5ffd5b505050506040513d5f823e601f3d908101601f191682016040526110279190810190612a08565b90506110368160800151611d3e565b91505f6110468260a00151611dfb565b90505f6103e8836020015161105b9190612b4e565b90505f6040518060c00160405280866001600160a01b0316815260200161108186611eff565b8152602001611091866010611f33565b815260200160028b8b6040516110a8929190612810565b602060405180830381855afa1580156110c3573d5f5f3e3d5ffd5b5050506040513d601f19601f820116820180604052508101906110e69190612ba2565b815267ffffffffffffffff8416602082015260400161110862093a8085612bb9565b67ffffffffffffffff16905290506111238160025f80611906565b82856001600160a01b03167f1c29aeebf0b8aa3ecb50f83cc0e0c331a331dd3479cf0f0d1a5c8d182507a230865f015160405161116291815260200190565b60405180910390a350505050949350505050565b5f818152620100046020526040812054610b8290611c03565b6111976113ed565b5f81815262010005602052604081205490036111d0576111b681611c26565b5f828152620100056020526040902062ffffff9190911690555b5f8181526201000560205260409020546111e990611491565b15610c125760405181907f3daaafabe5c806fcfafd33a27bb3ba108a206c9ecdc1e1d9c1f544a0dea32501905f90a250565b5f6112246114d1565b61122f5f8888611c78565b61123b60018686611c78565b61124760028484611c78565b86868686868660405160200161126296959493929190612bd9565b6040516020818303038152906040528051906020012090505f611297620100045f8481526020019081526020015f2054611c03565b905060028160028111156112ad576112ad6123d4565b141582906112ea576040517f9fef24d900000000000000000000000000000000000000000000000000000000815260040161058391815260200190565b5060018160028111156112ff576112ff6123d4565b0361130a5750611373565b61131382611c26565b62ffffff16620100045f8481526020019081526020015f2081905550817f875fb17b7986a3a21d3badc529dab5f5ee1005edc86e3799fb5432861b2b8b1189898989898960405161136996959493929190612c05565b60405180910390a2505b9695505050505050565b6113856114d1565b600180547fffffffffffffffffffffffff0000000000000000000000000000000000000000166001600160a01b038381169182179092555f8054604051929316917f38d16b8cac22d99fc7c124b9cd0de2d3fa1faef420bfe791d8c362d765e227009190a350565b5f546001600160a01b031633148061140f57506002546001600160a01b031633145b3390610c12576040517f6b1883f30000000000000000000000000000000000000000000000000000000081526001600160a01b039091166004820152602401610583565b6001600160a01b0381165f90815262010006602052604081205462ffffff169081900361148c57610b826001600160a01b038316611c26565b919050565b5f61149b82611f57565b159050801561148c57600160ff83161b6003600884901c6201000081106114c4576114c4612c4d565b0180549091179055919050565b5f546001600160a01b031633808214610502576040517f23295f0e0000000000000000000000000000000000000000000000000000000081526001600160a01b03928316600482015291166024820152604401610583565b80545f9062ffffff16810361153f57505f919050565b815461154f9062ffffff16611f57565b1561155c57506003919050565b81546301000000900460ff16611573576001610b82565b600292915050565b80515f906041908181146115c4576040517fbd1e500200000000000000000000000000000000000000000000000000000000815260048101929092526024820152604401610583565b50505f5f838060200190518101906115dc9190612c7a565b915091505f846040815181106115f4576115f4612c4d565b016020015160f81c9050601b81148061161057508060ff16601c145b819061164e576040517f1ee5d21a00000000000000000000000000000000000000000000000000000000815260ff9091166004820152602401610583565b50817f7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a08111156116ad576040517f0350fbc800000000000000000000000000000000000000000000000000000000815260040161058391815260200190565b50604080515f81526020810180835288905260ff831691810191909152606081018490526080810183905260019060a0016020604051602081039080840390855afa1580156116fe573d5f5f3e3d5ffd5b5050604051601f1901519450506001600160a01b03841661174b576040517f37e8456b00000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b50505092915050565b5f61176161012c42612c9c565b9050828167ffffffffffffffff82168110156117bb576040517fb3d56c2700000000000000000000000000000000000000000000000000000000815267ffffffffffffffff90921660048301526024820152604401610583565b504290506117d5612a3067ffffffffffffffff8616612c9c565b1015836117e4612a3042612caf565b909161182e576040517f886d6a8600000000000000000000000000000000000000000000000000000000815267ffffffffffffffff90921660048301526024820152604401610583565b5050428267ffffffffffffffff161182429091611889576040517fb3c3124700000000000000000000000000000000000000000000000000000000815267ffffffffffffffff90921660048301526024820152604401610583565b505f90506118a462093a8067ffffffffffffffff8616612c9c565b9050828167ffffffffffffffff82168110156118fe576040517f99d7916200000000000000000000000000000000000000000000000000000000815267ffffffffffffffff90921660048301526024820152604401610583565b505050505050565b83516001600160a01b0316611947576040517fd92e233d00000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b5f5f61195b86602001518760400151611f84565b87516001600160a01b03165f9081526201000760205260409020549193509150600261198682611b32565b6003811115611997576119976123d4565b885191036119dd576040517f967faccb0000000000000000000000000000000000000000000000000000000081526001600160a01b039091166004820152602401610583565b506119e88160501c90565b60ff16158015906119ff57506119fd8161206c565b155b15611a1057611a108184848a61207f565b608087015160a088015167ffffffffffffffff16608886901b607085901b17605886901b17605089901b6aff00000000000000000000161760289290921b6cffffffffffffffff0000000000169190911717620100075f895f01516001600160a01b03166001600160a01b031681526020019081526020015f208190555086604001518760200151885f01516001600160a01b03167fdb30d3176acc118ee3705fa707289c358efe0aeb78f81f332d5a707b8a483bdf89898c606001518d608001518e60a00151604051611b2195949392919060ff9590951685526001600160a01b03939093166020850152604084019190915267ffffffffffffffff908116606084015216608082015260a00190565b60405180910390a450505050505050565b5f611b42600382015483906121e3565b15611b4f57506001919050565b7f8000000000000000000000000000000000000000000000000000000000000000821615611b7f57506002919050565b611b898260501c90565b60ff165f03611b9957505f919050565b611bab605883901c62ffffff16611f57565b80611bc35750611bc3607083901c62ffffff16611f57565b15611bd057506002919050565b611bd98261206c565b15611be557505f919050565b64ffffffffff82164210611bfb57506003919050565b506001919050565b5f815f03611c1257505f919050565b611c1b82611f57565b611573576001610b82565b5f6002601481819054906101000a900462ffffff16611c4490612cc2565b825462ffffff8083166101009490940a848102910219909116179092555f9081526201000360205260409020929092555090565b82603082808214611cc8576040517f46ec426c00000000000000000000000000000000000000000000000000000000815260ff909316600484015260248301919091526044820152606401610583565b50611cda915082905060208185612ce4565b611ce391612d0b565b611cf060205f8486612ce4565b611cf991612d0b565b849117611d38576040517fbbf31f4400000000000000000000000000000000000000000000000000000000815260ff9091166004820152602401610583565b50505050565b5f5f60418351148015611da95750825f81518110611d5e57611d5e612c4d565b6020910101517fff00000000000000000000000000000000000000000000000000000000000000167f0400000000000000000000000000000000000000000000000000000000000000145b905080835190611de8576040517ffba7f98c00000000000000000000000000000000000000000000000000000000815260040161058391815260200190565b5050604060219290920191909120919050565b5f80611e0683612d47565b90505f83516030148015611e5b57507fffffffffffffffffffffffffffffffff0000000000000000000000000000000082167f6e616372652f6b65797365742f31000000000000000000000000000000000000145b9050807f6e616372652f6b65797365742f31000000000000000000000000000000000000838651909192611eee576040517fff1e64dd0000000000000000000000000000000000000000000000000000000081527fffffffffffffffffffffffffffffffff0000000000000000000000000000000093841660048201529290911660248301526044820152606401610583565b505050603084015192505050919050565b5f611f0a825f61224e565b50611f1682600161224e565b50611f2282600261224e565b505060600151609060209091012090565b5f5f611f3f848461224e565b60609094015160309401602001939093209392505050565b5f8160ff166003600884901c620100008110611f7557611f75612c4d565b01546001911c16151592915050565b5f8281526201000460205260408120549080611f9f83611c03565b90506001816002811115611fb557611fb56123d4565b1485829091611ff2576040517f5cb058cb000000000000000000000000000000000000000000000000000000008152600401610583929190612d8c565b50505f848152620100056020526040902054915061200f82611c03565b90506001816002811115612025576120256123d4565b1484829091612062576040517fbc366c29000000000000000000000000000000000000000000000000000000008152600401610583929190612d8c565b5050509250929050565b5f610b82608883901c62ffffff16611f57565b82605885901c62ffffff1614801561209f575081607085901c62ffffff16145b815162ffffff605887901c81165f9081526201000360205260408082205460708a901c9093168252902054919290919061211e576040517f3ab431e10000000000000000000000000000000000000000000000000000000081526001600160a01b03909316600484015260248301919091526044820152606401610583565b505050602884901c64ffffffffff1667ffffffffffffffff16816080015167ffffffffffffffff16118015612171575064ffffffffff841667ffffffffffffffff168160a0015167ffffffffffffffff16115b8151602886901c64ffffffffff1664ffffffffff8716909192610833576040517f8b9a502d0000000000000000000000000000000000000000000000000000000081526001600160a01b03909316600484015267ffffffffffffffff9182166024840152166044820152606401610583565b5f82605881901c60ff90811684901c607083901c821685901c17608883901c9190911684901c177f800000000000000000000000ffff00ffff00ffff0000000000000000000000008216600182161715801561224557508164ffffffffff1642105b95945050505050565b5f61225983836122e3565b8290612294576040517f1288453000000000000000000000000000000000000000000000000000000000815260040161058391815260200190565b505f6122a3600180851b612caf565b60408501511663ffffffff1690505f5b81156122d8576122c4600183612caf565b909116906122d181612da0565b90506122b3565b612245603082612dd7565b5f6020821080156123035750604083015163ffffffff16821c6001908116145b9392505050565b80356001600160a01b038116811461148c575f5ffd5b5f60208284031215612330575f5ffd5b6123038261230a565b5f5f83601f840112612349575f5ffd5b50813567ffffffffffffffff811115612360575f5ffd5b602083019150836020828501011115612377575f5ffd5b9250929050565b5f5f5f83850360e0811215612391575f5ffd5b60c081121561239e575f5ffd5b5083925060c084013567ffffffffffffffff8111156123bb575f5ffd5b6123c786828701612339565b9497909650939450505050565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52602160045260245ffd5b60048110610c1257610c126123d4565b815160e082019061242181612401565b8083525060ff60208401511660208301526001600160a01b036040840151166040830152606083015160608301526080830151608083015267ffffffffffffffff60a08401511660a083015267ffffffffffffffff60c08401511660c083015292915050565b5f60208284031215612497575f5ffd5b5035919050565b600381106124ae576124ae6123d4565b9052565b60208101610b82828461249e565b602081016124cd83612401565b91905290565b5f5f602083850312156124e4575f5ffd5b823567ffffffffffffffff8111156124fa575f5ffd5b61250685828601612339565b90969095509350505050565b5f5f5f5f60408587031215612525575f5ffd5b843567ffffffffffffffff81111561253b575f5ffd5b61254787828801612339565b909550935050602085013567ffffffffffffffff811115612566575f5ffd5b8501601f81018713612576575f5ffd5b803567ffffffffffffffff81111561258c575f5ffd5b8760208260051b84010111156125a0575f5ffd5b949793965060200194505050565b5f5f5f5f5f5f606087890312156125c3575f5ffd5b863567ffffffffffffffff8111156125d9575f5ffd5b6125e589828a01612339565b909750955050602087013567ffffffffffffffff811115612604575f5ffd5b61261089828a01612339565b909550935050604087013567ffffffffffffffff81111561262f575f5ffd5b61263b89828a01612339565b979a9699509497509295939492505050565b6001600160a01b03831681526040810161266683612401565b8260208301529392505050565b67ffffffffffffffff81168114610c12575f5ffd5b82815260e081016001600160a01b036126a08461230a565b166020838101919091528301356040808401919091528301356060808401919091528301356080808401919091528301356126da81612673565b67ffffffffffffffff811660a08401525060a08301356126f981612673565b67ffffffffffffffff811660c0840152509392505050565b5f60208284031215612721575f5ffd5b813561230381612673565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52604160045260245ffd5b60405160e0810167ffffffffffffffff8111828210171561277c5761277c61272c565b60405290565b5f60c0828403128015612793575f5ffd5b5060405160c0810167ffffffffffffffff811182821017156127b7576127b761272c565b6040526127c38361230a565b815260208381013590820152604080840135908201526060808401359082015260808301356127f181612673565b608082015260a083013561280481612673565b60a08201529392505050565b818382375f9101908152919050565b81835281816020850137505f602082840101525f6020601f19601f840116840101905092915050565b602081525f61285b60208301848661281f565b949350505050565b608081525f61287660808301888a61281f565b82810360208401528086825260208201905060208760051b830101885f7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe18b3603015b8a82101561292757601f1986850301855282358181126128d7575f5ffd5b8c0160208101903567ffffffffffffffff8111156128f3575f5ffd5b803603821315612901575f5ffd5b61290c86828461281f565b955050506020830192506020850194506001820191506128b9565b50505067ffffffffffffffff871660408601529250612944915050565b67ffffffffffffffff83166060830152979650505050505050565b805161148c81612673565b805163ffffffff8116811461148c575f5ffd5b5f82601f83011261298c575f5ffd5b815167ffffffffffffffff8111156129a6576129a661272c565b604051601f8201601f19908116603f0116810167ffffffffffffffff811182821017156129d5576129d561272c565b6040528181528382016020018510156129ec575f5ffd5b8160208501602083015e5f918101602001919091529392505050565b5f60208284031215612a18575f5ffd5b815167ffffffffffffffff811115612a2e575f5ffd5b820160e08185031215612a3f575f5ffd5b612a47612759565b81518152612a576020830161295f565b6020820152612a686040830161296a565b6040820152606082015167ffffffffffffffff811115612a86575f5ffd5b612a928682850161297d565b606083015250608082015167ffffffffffffffff811115612ab1575f5ffd5b612abd8682850161297d565b60808301525060a082015167ffffffffffffffff811115612adc575f5ffd5b612ae88682850161297d565b60a08301525060c082015167ffffffffffffffff811115612b07575f5ffd5b612b138682850161297d565b60c083015250949350505050565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52601160045260245ffd5b5f67ffffffffffffffff831680612b8c577f4e487b71000000000000000000000000000000000000000000000000000000005f52601260045260245ffd5b8067ffffffffffffffff84160491505092915050565b5f60208284031215612bb2575f5ffd5b5051919050565b67ffffffffffffffff8181168382160190811115610b8257610b82612b21565b858782375f8682015f8152858782375f908601908152838582375f930192835250909695505050505050565b606081525f612c1860608301888a61281f565b8281036020840152612c2b81878961281f565b90508281036040840152612c4081858761281f565b9998505050505050505050565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52603260045260245ffd5b5f5f60408385031215612c8b575f5ffd5b505080516020909101519092909150565b80820180821115610b8257610b82612b21565b81810381811115610b8257610b82612b21565b5f62ffffff821662ffffff8103612cdb57612cdb612b21565b60010192915050565b5f5f85851115612cf2575f5ffd5b83861115612cfe575f5ffd5b5050820193919092039150565b80356020831015610b82577fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff602084900360031b1b1692915050565b80516020808301519190811015612d86577fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff8160200360031b1b821691505b50919050565b82815260408101612303602083018461249e565b5f7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff8203612dd057612dd0612b21565b5060010190565b8082028115828204841417610b8257610b82612b2156' as const
