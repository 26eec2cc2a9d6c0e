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

export const enclaveRegistryBytecode = '0x60a060405234801561000f575f5ffd5b50604051612e19380380612e1983398101604081905261002e916100c0565b6001600160a01b0382166100555760405163d92e233d60e01b815260040160405180910390fd5b5f80546001600160a01b0319166001600160a01b03848116918217835583166080526040519091907f8be0079c531659141344cd1fd0a4f28419497f9722a3daafe3b4186f6b6457e0908290a350506100f8565b6001600160a01b03811681146100bd575f5ffd5b50565b5f5f604083850312156100d1575f5ffd5b82516100dc816100a9565b60208401519092506100ed816100a9565b809150509250929050565b608051612cfb61011e5f395f818161039c01528181610e540152610ee40152612cfb5ff3fe608060405234801561000f575f5ffd5b50600436106101b0575f3560e01c8063a0498fe2116100f3578063def5d38b11610093578063e8c52f611161006e578063e8c52f611461044d578063ea42649814610460578063f0b95dfc14610473578063f2fde38b1461047c575f5ffd5b8063def5d38b14610405578063e00f2f5614610418578063e30c39781461043a575f5ffd5b8063b4b3c5a0116100ce578063b4b3c5a014610397578063b646c194146103be578063ce56697d146103d1578063deb1fd42146103f2575f5ffd5b8063a0498fe214610326578063a9c6dc0314610355578063abbed97e14610368575f5ffd5b80634756b65e1161015e5780638a0dac4a116101395780638a0dac4a146102895780638da5cb5b1461029c57806397815d4e146102ae5780639c1de8b2146102ce575f5ffd5b80634756b65e1461024b5780635ae7ab321461026e57806379ba509714610281575f5ffd5b806330cf25c61161018e57806330cf25c6146102045780633eca342014610217578063452a932014610220575f5ffd5b806318d13ef7146101b45780631f7f7078146101c95780632c1a62ce146101f1575b5f5ffd5b6101c76101c236600461224f565b61048f565b005b6101d362093a8081565b60405167ffffffffffffffff90911681526020015b60405180910390f35b6101c76101ff36600461224f565b610518565b6101c76102123660046122ad565b6105e3565b6101d3612a3081565b600254610233906001600160a01b031681565b6040516001600160a01b0390911681526020016101e8565b61025e61025936600461224f565b610820565b60405190151581526020016101e8565b6101c761027c36600461224f565b61085b565b6101c7610930565b6101c761029736600461224f565b6109f9565b5f54610233906001600160a01b031681565b6102c16102bc36600461224f565b610a6a565b6040516101e89190612340565b6102f57f6e616372652f6b65797365742f3100000000000000000000000000000000000081565b6040517fffffffffffffffffffffffffffffffff0000000000000000000000000000000090911681526020016101e8565b6103486103343660046123b6565b60046020525f908152604090205460ff1681565b6040516101e891906123e1565b6101c76103633660046123b6565b610b83565b61038a61037636600461224f565b60056020525f908152604090205460ff1681565b6040516101e891906123ef565b6102337f000000000000000000000000000000000000000000000000000000000000000081565b6101c76103cc36600461224f565b610bf9565b6103e46103df366004612402565b610d20565b6040519081526020016101e8565b61038a61040036600461224f565b610e31565b610233610413366004612441565b610e51565b6103486104263660046123b6565b60036020525f908152604090205460ff1681565b600154610233906001600160a01b031681565b6101c761045b3660046123b6565b6110cb565b6103e461046e3660046124dd565b611141565b6101d361012c81565b6101c761048a36600461224f565b61128b565b6104976112fb565b60036001600160a01b0382165f9081526005602052604090205460ff1660038111156104c5576104c5612303565b036104cd5750565b6001600160a01b0381165f81815260056020526040808220805460ff19166003179055517f3bb10f2bb5b56b26e5c3344dbe0cb08aedbcc3ab4c6efe07c6af4a36311078839190a250565b610520611364565b6001600160a01b0381165f9081526005602052604090205460ff16600181600381111561054f5761054f612303565b1482829091610595576040517f7568fa1500000000000000000000000000000000000000000000000000000000815260040161058c92919061257c565b60405180910390fd5b50506001600160a01b0382165f81815260056020526040808220805460ff19166002179055517fe2d45f75607db3178b7dc1604970b485a9a03f7d9672b49b575907a93484a8699190a25050565b5f7f912bdfe464bf55003a448b0f1c84f2b096718aef329e332b63950d5ef6f2eabf846040516020016106179291906125b7565b60408051601f1981840301815282825280516020918201207f8b73c3c69bb8fe3d512ecc4cf759cc79239f7b179b0ffacaa9a75d522b39400f828501527f98ecbb992beaab2a5bcf7892cfa7cdf04b8e0762a64c98ee70b3d6eacf54df63848401527fc89efdaa54c0f20c7adf612882df0950f5a951637e0307cdcb4c672f298b8bc660608501524660808501523060a0808601919091528351808603909101815260c0850184528051908301207f190100000000000000000000000000000000000000000000000000000000000060e086015260e2850152610102808501829052835180860390910181526101228501808552815191840191909120610142601f8901859004909402860184019094528681529094505f936107539392889188918291018382808284375f920191909152506113c092505050565b6001600160a01b0381165f9081526005602052604090205490915060ff16600181600381111561078557610785612303565b14828290916107c2576040517fa8d456ab00000000000000000000000000000000000000000000000000000000815260040161058c92919061257c565b50506107d686602001358760400135611599565b6107fe6107e960a0880160808901612640565b6107f960c0890160a08a01612640565b61165f565b610818610810368890038801886126b1565b600184611809565b505050505050565b5f60016001600160a01b0383165f90815260066020526040902061084390611b6d565b600381111561085457610854612303565b1492915050565b6108636112fb565b6001600160a01b0381165f908152600660205260409020547f0100000000000000000000000000000000000000000000000000000000000000900460ff16156108a95750565b6001600160a01b0381165f8181526006602052604080822080547effffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff167f0100000000000000000000000000000000000000000000000000000000000000179055517f2863dd5cdaeee3db3572cb06d2252df0b2ed5fd16b2fe921c187ba89519247d39190a250565b6001546001600160a01b031633808214610989576040517f3c29cbb60000000000000000000000000000000000000000000000000000000081526001600160a01b0392831660048201529116602482015260440161058c565b50505f8054337fffffffffffffffffffffffff0000000000000000000000000000000000000000808316821784556001805490911690556040516001600160a01b0390921692909183917f8be0079c531659141344cd1fd0a4f28419497f9722a3daafe3b4186f6b6457e091a350565b610a01611364565b600280546001600160a01b038381167fffffffffffffffffffffffff0000000000000000000000000000000000000000831681179093556040519116919082907fa14fc14d8620a708a896fd11392a235647d99385500a295f0d7da2a258b2e967905f90a35050565b6040805160e080820183525f8083526020808401829052838501829052606084018290526080840182905260a0840182905260c084018290526001600160a01b038616825260069052839020835191820190935290919080610acb83611b6d565b6003811115610adc57610adc612303565b8152825460ff7e0100000000000000000000000000000000000000000000000000000000000082041660208301526001600160a01b038116604083015260018401546060830152600290930154608082015264ffffffffff740100000000000000000000000000000000000000008404811660a083015279010000000000000000000000000000000000000000000000000090930490921660c09092019190915292915050565b610b8b6112fb565b60025f8281526003602052604090205460ff166002811115610baf57610baf612303565b03610bb75750565b5f81815260036020526040808220805460ff191660021790555182917fae0cbfb48e0a7a904df88eec3a0bbe8eb58ba3558a9d53f7d94208b2c1c7279e91a250565b610c01611364565b6001600160a01b038116610c41576040517fd92e233d00000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b6001600160a01b0381165f9081526005602052604090205460ff166003816003811115610c7057610c70612303565b14158290610cb6576040517f73fff1160000000000000000000000000000000000000000000000000000000081526001600160a01b03909116600482015260240161058c565b506001816003811115610ccb57610ccb612303565b03610cd4575050565b6001600160a01b0382165f81815260056020526040808220805460ff19166001179055517f835bddf1ceee4956e4329af9edf018523c1191238187a597453f6020bcadb0429190a25050565b5f610d29611364565b610d3560108484611c94565b8282604051610d4592919061273f565b60408051918290039091205f8181526004602052919091205490915060ff166002816002811115610d7857610d78612303565b14158290610db5576040517fd2d59e8f00000000000000000000000000000000000000000000000000000000815260040161058c91815260200190565b506001816002811115610dca57610dca612303565b03610dd55750610e2b565b5f8281526004602052604090819020805460ff191660011790555182907fd9e2ed8c84789043ccc746028224cbafe84d43406e245dd91d8a545aab503e3390610e219087908790612777565b60405180910390a2505b92915050565b6001600160a01b0381165f908152600660205260408120610e2b90611b6d565b5f7f00000000000000000000000000000000000000000000000000000000000000006001600160a01b0316610eb2576040517f7a3df4be00000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b6040517fca67898d0000000000000000000000000000000000000000000000000000000081525f906001600160a01b037f0000000000000000000000000000000000000000000000000000000000000000169063ca67898d90610f27908990899089908990612a309061012c90600401612792565b5f604051808303815f875af1158015610f42573d5f5f3e3d5ffd5b505050506040513d5f823e601f3d908101601f19168201604052610f699190810190612937565b9050610f788160800151611d5a565b91505f610f888260a00151611e17565b90505f610f9483611f1b565b90505f610fa2846010611f4f565b9050610fae8282611599565b5f6103e88560200151610fc19190612a7d565b90505f6040518060c00160405280886001600160a01b0316815260200185815260200184815260200160028d8d604051610ffc92919061273f565b602060405180830381855afa158015611017573d5f5f3e3d5ffd5b5050506040513d601f19601f8201168201806040525081019061103a9190612ad1565b815267ffffffffffffffff8416602082015260400161105c62093a8085612ae8565b67ffffffffffffffff16905290506110768160025f611809565b84876001600160a01b03167f1c29aeebf0b8aa3ecb50f83cc0e0c331a331dd3479cf0f0d1a5c8d182507a230885f01516040516110b591815260200190565b60405180910390a3505050505050949350505050565b6110d36112fb565b60025f8281526004602052604090205460ff1660028111156110f7576110f7612303565b036110ff5750565b5f81815260046020526040808220805460ff191660021790555182917f3daaafabe5c806fcfafd33a27bb3ba108a206c9ecdc1e1d9c1f544a0dea3250191a250565b5f61114a611364565b6111555f8888611c94565b61116160018686611c94565b61116d60028484611c94565b86868686868660405160200161118896959493929190612b08565b60408051601f1981840301815291815281516020928301205f818152600390935291205490915060ff1660028160028111156111c6576111c6612303565b14158290611203576040517f9fef24d900000000000000000000000000000000000000000000000000000000815260040161058c91815260200190565b50600181600281111561121857611218612303565b036112235750611281565b5f8281526003602052604090819020805460ff191660011790555182907f875fb17b7986a3a21d3badc529dab5f5ee1005edc86e3799fb5432861b2b8b1190611277908b908b908b908b908b908b90612b34565b60405180910390a2505b9695505050505050565b611293611364565b600180547fffffffffffffffffffffffff0000000000000000000000000000000000000000166001600160a01b038381169182179092555f8054604051929316917f38d16b8cac22d99fc7c124b9cd0de2d3fa1faef420bfe791d8c362d765e227009190a350565b5f546001600160a01b031633148061131d57506002546001600160a01b031633145b3390611361576040517f6b1883f30000000000000000000000000000000000000000000000000000000081526001600160a01b03909116600482015260240161058c565b50565b5f546001600160a01b0316338082146113bc576040517f23295f0e0000000000000000000000000000000000000000000000000000000081526001600160a01b0392831660048201529116602482015260440161058c565b5050565b80515f90604190818114611409576040517fbd1e50020000000000000000000000000000000000000000000000000000000081526004810192909252602482015260440161058c565b50505f5f838060200190518101906114219190612b7c565b915091505f8460408151811061143957611439612b9e565b016020015160f81c9050601b81148061145557508060ff16601c145b8190611493576040517f1ee5d21a00000000000000000000000000000000000000000000000000000000815260ff909116600482015260240161058c565b50817f7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a08111156114f2576040517f0350fbc800000000000000000000000000000000000000000000000000000000815260040161058c91815260200190565b50604080515f81526020810180835288905260ff831691810191909152606081018490526080810183905260019060a0016020604051602081039080840390855afa158015611543573d5f5f3e3d5ffd5b5050604051601f1901519450506001600160a01b038416611590576040517f37e8456b00000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b50505092915050565b5f8281526003602052604090205460ff1660018160028111156115be576115be612303565b14838290916115fb576040517f5cb058cb00000000000000000000000000000000000000000000000000000000815260040161058c929190612bcb565b50505f8281526004602052604090205460ff16600181600281111561162257611622612303565b1483829091610818576040517fbc366c2900000000000000000000000000000000000000000000000000000000815260040161058c929190612bcb565b5f61166c61012c42612bdf565b9050828167ffffffffffffffff82168110156116c6576040517fb3d56c2700000000000000000000000000000000000000000000000000000000815267ffffffffffffffff9092166004830152602482015260440161058c565b504290506116e0612a3067ffffffffffffffff8616612bdf565b1015836116ef612a3042612bf2565b9091611739576040517f886d6a8600000000000000000000000000000000000000000000000000000000815267ffffffffffffffff9092166004830152602482015260440161058c565b5050428267ffffffffffffffff161182429091611794576040517fb3c3124700000000000000000000000000000000000000000000000000000000815267ffffffffffffffff9092166004830152602482015260440161058c565b505f90506117af62093a8067ffffffffffffffff8616612bdf565b9050828167ffffffffffffffff8216811015610818576040517f99d7916200000000000000000000000000000000000000000000000000000000815267ffffffffffffffff9092166004830152602482015260440161058c565b82516001600160a01b031661184a576040517fd92e233d00000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b82516001600160a01b03165f90815260066020526040902080548451907f0100000000000000000000000000000000000000000000000000000000000000900460ff16156118d0576040517f967faccb0000000000000000000000000000000000000000000000000000000081526001600160a01b03909116600482015260240161058c565b5080547e01000000000000000000000000000000000000000000000000000000000000900460ff161561197757600261190882611b6d565b600381111561191957611919612303565b8551910361195f576040517f967faccb0000000000000000000000000000000000000000000000000000000081526001600160a01b03909116600482015260240161058c565b5061196981611f73565b611977576119778185611fd5565b6040518060e00160405280836001600160a01b03168152602001856080015164ffffffffff1681526020018560a0015164ffffffffff1681526020018460ff1681526020015f1515815260200185602001518152602001856040015181525060065f865f01516001600160a01b03166001600160a01b031681526020019081526020015f205f820151815f015f6101000a8154816001600160a01b0302191690836001600160a01b031602179055506020820151815f0160146101000a81548164ffffffffff021916908364ffffffffff1602179055506040820151815f0160196101000a81548164ffffffffff021916908364ffffffffff1602179055506060820151815f01601e6101000a81548160ff021916908360ff1602179055506080820151815f01601f6101000a81548160ff02191690831515021790555060a0820151816001015560c0820151816002015590505083604001518460200151855f01516001600160a01b03167fdb30d3176acc118ee3705fa707289c358efe0aeb78f81f332d5a707b8a483bdf868689606001518a608001518b60a00151604051611b5f95949392919060ff9590951685526001600160a01b03939093166020850152604084019190915267ffffffffffffffff908116606084015216608082015260a00190565b60405180910390a450505050565b80545f907f0100000000000000000000000000000000000000000000000000000000000000900460ff1615611ba457506002919050565b81547e01000000000000000000000000000000000000000000000000000000000000900460ff165f03611bd857505f919050565b6001808301545f9081526003602052604090205460ff166002811115611c0057611c00612303565b14611c0d57506002919050565b60016002808401545f9081526004602052604090205460ff1690811115611c3657611c36612303565b14611c4357506002919050565b611c4c82611f73565b15611c5857505f919050565b8154790100000000000000000000000000000000000000000000000000900464ffffffffff164210611c8c57506003919050565b506001919050565b82603082808214611ce4576040517f46ec426c00000000000000000000000000000000000000000000000000000000815260ff90931660048401526024830191909152604482015260640161058c565b50611cf6915082905060208185612c05565b611cff91612c2c565b611d0c60205f8486612c05565b611d1591612c2c565b849117611d54576040517fbbf31f4400000000000000000000000000000000000000000000000000000000815260ff909116600482015260240161058c565b50505050565b5f5f60418351148015611dc55750825f81518110611d7a57611d7a612b9e565b6020910101517fff00000000000000000000000000000000000000000000000000000000000000167f0400000000000000000000000000000000000000000000000000000000000000145b905080835190611e04576040517ffba7f98c00000000000000000000000000000000000000000000000000000000815260040161058c91815260200190565b5050604060219290920191909120919050565b5f80611e2283612c68565b90505f83516030148015611e7757507fffffffffffffffffffffffffffffffff0000000000000000000000000000000082167f6e616372652f6b65797365742f31000000000000000000000000000000000000145b9050807f6e616372652f6b65797365742f31000000000000000000000000000000000000838651909192611f0a576040517fff1e64dd0000000000000000000000000000000000000000000000000000000081527fffffffffffffffffffffffffffffffff000000000000000000000000000000009384166004820152929091166024830152604482015260640161058c565b505050603084015192505050919050565b5f611f26825f61216f565b50611f3282600161216f565b50611f3e82600261216f565b505060600151609060209091012090565b5f5f611f5b848461216f565b60609094015160309401602001939093209392505050565b80545f907e01000000000000000000000000000000000000000000000000000000000000900460ff166001148015610e2b5750600382546001600160a01b03165f9081526005602052604090205460ff16600381111561085457610854612303565b80602001518260010154148015611ff3575080604001518260020154145b815f015183600101548460020154909192612053576040517f3ab431e10000000000000000000000000000000000000000000000000000000081526001600160a01b0390931660048401526024830191909152604482015260640161058c565b5050825460808301517401000000000000000000000000000000000000000090910464ffffffffff1667ffffffffffffffff90911611905080156120cc5750815460a082015179010000000000000000000000000000000000000000000000000090910464ffffffffff1667ffffffffffffffff909116115b81518354909164ffffffffff74010000000000000000000000000000000000000000830481169279010000000000000000000000000000000000000000000000000090041690612168576040517f8b9a502d0000000000000000000000000000000000000000000000000000000081526001600160a01b03909316600484015264ffffffffff918216602484015216604482015260640161058c565b5050505050565b5f61217a838361220d565b82906121b5576040517f1288453000000000000000000000000000000000000000000000000000000000815260040161058c91815260200190565b505f6121c4600180851b612bf2565b60408501511663ffffffff1690505f5b81156121f9576121e5600183612bf2565b909116906121f281612cad565b90506121d4565b612204603082612ce4565b95945050505050565b5f60208210801561222d5750604083015163ffffffff16821c6001908116145b9392505050565b80356001600160a01b038116811461224a575f5ffd5b919050565b5f6020828403121561225f575f5ffd5b61222d82612234565b5f5f83601f840112612278575f5ffd5b50813567ffffffffffffffff81111561228f575f5ffd5b6020830191508360208285010111156122a6575f5ffd5b9250929050565b5f5f5f83850360e08112156122c0575f5ffd5b60c08112156122cd575f5ffd5b5083925060c084013567ffffffffffffffff8111156122ea575f5ffd5b6122f686828701612268565b9497909650939450505050565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52602160045260245ffd5b6004811061136157611361612303565b815160e082019061235081612330565b8083525060ff60208401511660208301526001600160a01b036040840151166040830152606083015160608301526080830151608083015267ffffffffffffffff60a08401511660a083015267ffffffffffffffff60c08401511660c083015292915050565b5f602082840312156123c6575f5ffd5b5035919050565b600381106123dd576123dd612303565b9052565b60208101610e2b82846123cd565b602081016123fc83612330565b91905290565b5f5f60208385031215612413575f5ffd5b823567ffffffffffffffff811115612429575f5ffd5b61243585828601612268565b90969095509350505050565b5f5f5f5f60408587031215612454575f5ffd5b843567ffffffffffffffff81111561246a575f5ffd5b61247687828801612268565b909550935050602085013567ffffffffffffffff811115612495575f5ffd5b8501601f810187136124a5575f5ffd5b803567ffffffffffffffff8111156124bb575f5ffd5b8760208260051b84010111156124cf575f5ffd5b949793965060200194505050565b5f5f5f5f5f5f606087890312156124f2575f5ffd5b863567ffffffffffffffff811115612508575f5ffd5b61251489828a01612268565b909750955050602087013567ffffffffffffffff811115612533575f5ffd5b61253f89828a01612268565b909550935050604087013567ffffffffffffffff81111561255e575f5ffd5b61256a89828a01612268565b979a9699509497509295939492505050565b6001600160a01b03831681526040810161259583612330565b8260208301529392505050565b67ffffffffffffffff81168114611361575f5ffd5b82815260e081016001600160a01b036125cf84612234565b16602083810191909152830135604080840191909152830135606080840191909152830135608080840191909152830135612609816125a2565b67ffffffffffffffff811660a08401525060a0830135612628816125a2565b67ffffffffffffffff811660c0840152509392505050565b5f60208284031215612650575f5ffd5b813561222d816125a2565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52604160045260245ffd5b60405160e0810167ffffffffffffffff811182821017156126ab576126ab61265b565b60405290565b5f60c08284031280156126c2575f5ffd5b5060405160c0810167ffffffffffffffff811182821017156126e6576126e661265b565b6040526126f283612234565b81526020838101359082015260408084013590820152606080840135908201526080830135612720816125a2565b608082015260a0830135612733816125a2565b60a08201529392505050565b818382375f9101908152919050565b81835281816020850137505f602082840101525f6020601f19601f840116840101905092915050565b602081525f61278a60208301848661274e565b949350505050565b608081525f6127a560808301888a61274e565b82810360208401528086825260208201905060208760051b830101885f7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe18b3603015b8a82101561285657601f198685030185528235818112612806575f5ffd5b8c0160208101903567ffffffffffffffff811115612822575f5ffd5b803603821315612830575f5ffd5b61283b86828461274e565b955050506020830192506020850194506001820191506127e8565b50505067ffffffffffffffff871660408601529250612873915050565b67ffffffffffffffff83166060830152979650505050505050565b805161224a816125a2565b805163ffffffff8116811461224a575f5ffd5b5f82601f8301126128bb575f5ffd5b815167ffffffffffffffff8111156128d5576128d561265b565b604051601f8201601f19908116603f0116810167ffffffffffffffff811182821017156129045761290461265b565b60405281815283820160200185101561291b575f5ffd5b8160208501602083015e5f918101602001919091529392505050565b5f60208284031215612947575f5ffd5b815167ffffffffffffffff81111561295d575f5ffd5b820160e0818503121561296e575f5ffd5b612976612688565b815181526129866020830161288e565b602082015261299760408301612899565b6040820152606082015167ffffffffffffffff8111156129b5575f5ffd5b6129c1868285016128ac565b606083015250608082015167ffffffffffffffff8111156129e0575f5ffd5b6129ec868285016128ac565b60808301525060a082015167ffffffffffffffff811115612a0b575f5ffd5b612a17868285016128ac565b60a08301525060c082015167ffffffffffffffff811115612a36575f5ffd5b612a42868285016128ac565b60c083015250949350505050565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52601160045260245ffd5b5f67ffffffffffffffff831680612abb577f4e487b71000000000000000000000000000000000000000000000000000000005f52601260045260245ffd5b8067ffffffffffffffff84160491505092915050565b5f60208284031215612ae1575f5ffd5b5051919050565b67ffffffffffffffff8181168382160190811115610e2b57610e2b612a50565b858782375f8682015f8152858782375f908601908152838582375f930192835250909695505050505050565b606081525f612b4760608301888a61274e565b8281036020840152612b5a81878961274e565b90508281036040840152612b6f81858761274e565b9998505050505050505050565b5f5f60408385031215612b8d575f5ffd5b505080516020909101519092909150565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52603260045260245ffd5b8281526040810161222d60208301846123cd565b80820180821115610e2b57610e2b612a50565b81810381811115610e2b57610e2b612a50565b5f5f85851115612c13575f5ffd5b83861115612c1f575f5ffd5b5050820193919092039150565b80356020831015610e2b577fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff602084900360031b1b1692915050565b80516020808301519190811015612ca7577fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff8160200360031b1b821691505b50919050565b5f7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff8203612cdd57612cdd612a50565b5060010190565b8082028115828204841417610e2b57610e2b612a5056' as const
