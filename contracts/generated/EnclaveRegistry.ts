// Generated from src/EnclaveRegistry.sol by generate.ts. Do not edit.

export const enclaveRegistryAbi = [
  {
    "inputs": [
      {
        "internalType": "address",
        "name": "initialOwner",
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

export const enclaveRegistryBytecode = '0x6080604052348015600e575f5ffd5b50604051612605380380612605833981016040819052602b91609d565b6001600160a01b03811660515760405163d92e233d60e01b815260040160405180910390fd5b5f80546001600160a01b0319166001600160a01b03831690811782556040519091907f8be0079c531659141344cd1fd0a4f28419497f9722a3daafe3b4186f6b6457e0908290a35060c8565b5f6020828403121560ac575f5ffd5b81516001600160a01b038116811460c1575f5ffd5b9392505050565b612530806100d55f395ff3fe608060405234801561000f575f5ffd5b506004361061018f575f3560e01c8063a0498fe2116100dd578063e00f2f5611610088578063ea42649811610063578063ea426498146103e1578063f0b95dfc146103f4578063f2fde38b146103fd575f5ffd5b8063e00f2f561461038c578063e30c3978146103ae578063e8c52f61146103ce575f5ffd5b8063b646c194116100b8578063b646c19414610345578063ce56697d14610358578063deb1fd4214610379575f5ffd5b8063a0498fe2146102d4578063a9c6dc0314610303578063abbed97e14610316575f5ffd5b80634756b65e1161013d5780638a0dac4a116101185780638a0dac4a146102825780638da5cb5b1461029557806397815d4e146102b4575f5ffd5b80634756b65e146102445780635ae7ab321461026757806379ba50971461027a575f5ffd5b806330cf25c61161016d57806330cf25c6146101e35780633eca3420146101f6578063452a9320146101ff575f5ffd5b806318d13ef7146101935780631f7f7078146101a85780632c1a62ce146101d0575b5f5ffd5b6101a66101a1366004611f9a565b610410565b005b6101b262093a8081565b60405167ffffffffffffffff90911681526020015b60405180910390f35b6101a66101de366004611f9a565b6104b3565b6101a66101f1366004611fff565b610598565b6101b2612a3081565b60025461021f9073ffffffffffffffffffffffffffffffffffffffff1681565b60405173ffffffffffffffffffffffffffffffffffffffff90911681526020016101c7565b610257610252366004611f9a565b6107f2565b60405190151581526020016101c7565b6101a6610275366004611f9a565b61083a565b6101a6610929565b6101a6610290366004611f9a565b610a19565b5f5461021f9073ffffffffffffffffffffffffffffffffffffffff1681565b6102c76102c2366004611f9a565b610a97565b6040516101c79190612092565b6102f66102e2366004612115565b60046020525f908152604090205460ff1681565b6040516101c79190612140565b6101a6610311366004612115565b610bca565b610338610324366004611f9a565b60056020525f908152604090205460ff1681565b6040516101c7919061214e565b6101a6610353366004611f9a565b610c40565b61036b610366366004612161565b610d9b565b6040519081526020016101c7565b610338610387366004611f9a565b610eac565b6102f661039a366004612115565b60036020525f908152604090205460ff1681565b60015461021f9073ffffffffffffffffffffffffffffffffffffffff1681565b6101a66103dc366004612115565b610ed9565b61036b6103ef3660046121a0565b610f4f565b6101b261012c81565b6101a661040b366004611f9a565b6110b7565b610418611134565b600373ffffffffffffffffffffffffffffffffffffffff82165f9081526005602052604090205460ff16600381111561045357610453612055565b0361045b5750565b73ffffffffffffffffffffffffffffffffffffffff81165f81815260056020526040808220805460ff19166003179055517f3bb10f2bb5b56b26e5c3344dbe0cb08aedbcc3ab4c6efe07c6af4a36311078839190a250565b6104bb6111c4565b73ffffffffffffffffffffffffffffffffffffffff81165f9081526005602052604090205460ff1660018160038111156104f7576104f7612055565b148282909161053d576040517f7568fa1500000000000000000000000000000000000000000000000000000000815260040161053492919061223f565b60405180910390fd5b505073ffffffffffffffffffffffffffffffffffffffff82165f81815260056020526040808220805460ff19166002179055517fe2d45f75607db3178b7dc1604970b485a9a03f7d9672b49b575907a93484a8699190a25050565b5f7f912bdfe464bf55003a448b0f1c84f2b096718aef329e332b63950d5ef6f2eabf846040516020016105cc929190612289565b604080517fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe081840301815282825280516020918201207f8b73c3c69bb8fe3d512ecc4cf759cc79239f7b179b0ffacaa9a75d522b39400f828501527f98ecbb992beaab2a5bcf7892cfa7cdf04b8e0762a64c98ee70b3d6eacf54df63848401527fc89efdaa54c0f20c7adf612882df0950f5a951637e0307cdcb4c672f298b8bc660608501524660808501523060a0808601919091528351808603909101815260c0850184528051908301207f190100000000000000000000000000000000000000000000000000000000000060e086015260e2850152610102808501829052835180860390910181526101228501808552815191840191909120610142601f8901859004909402860184019094528681529094505f936107269392889188918291018382808284375f9201919091525061123a92505050565b73ffffffffffffffffffffffffffffffffffffffff81165f9081526005602052604090205490915060ff16600181600381111561076557610765612055565b14828290916107a2576040517fa8d456ab00000000000000000000000000000000000000000000000000000000815260040161053492919061223f565b50506107b68660200135876040013561143e565b6107de6107c960a0880160808901612319565b6107d960c0890160a08a01612319565b611504565b6107ea866001846116ae565b505050505050565b5f600173ffffffffffffffffffffffffffffffffffffffff83165f90815260066020526040902061082290611b70565b600381111561083357610833612055565b1492915050565b610842611134565b73ffffffffffffffffffffffffffffffffffffffff81165f908152600660205260409020547f0100000000000000000000000000000000000000000000000000000000000000900460ff16156108955750565b73ffffffffffffffffffffffffffffffffffffffff81165f8181526006602052604080822080547effffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff167f0100000000000000000000000000000000000000000000000000000000000000179055517f2863dd5cdaeee3db3572cb06d2252df0b2ed5fd16b2fe921c187ba89519247d39190a250565b60015473ffffffffffffffffffffffffffffffffffffffff163380821461099c576040517f3c29cbb600000000000000000000000000000000000000000000000000000000815273ffffffffffffffffffffffffffffffffffffffff928316600482015291166024820152604401610534565b50505f8054337fffffffffffffffffffffffff00000000000000000000000000000000000000008083168217845560018054909116905560405173ffffffffffffffffffffffffffffffffffffffff90921692909183917f8be0079c531659141344cd1fd0a4f28419497f9722a3daafe3b4186f6b6457e091a350565b610a216111c4565b6002805473ffffffffffffffffffffffffffffffffffffffff8381167fffffffffffffffffffffffff0000000000000000000000000000000000000000831681179093556040519116919082907fa14fc14d8620a708a896fd11392a235647d99385500a295f0d7da2a258b2e967905f90a35050565b6040805160e080820183525f8083526020808401829052838501829052606084018290526080840182905260a0840182905260c0840182905273ffffffffffffffffffffffffffffffffffffffff8616825260069052839020835191820190935290919080610b0583611b70565b6003811115610b1657610b16612055565b8152825460ff7e01000000000000000000000000000000000000000000000000000000000000820416602083015273ffffffffffffffffffffffffffffffffffffffff8116604083015260018401546060830152600290930154608082015264ffffffffff740100000000000000000000000000000000000000008404811660a083015279010000000000000000000000000000000000000000000000000090930490921660c09092019190915292915050565b610bd2611134565b60025f8281526003602052604090205460ff166002811115610bf657610bf6612055565b03610bfe5750565b5f81815260036020526040808220805460ff191660021790555182917fae0cbfb48e0a7a904df88eec3a0bbe8eb58ba3558a9d53f7d94208b2c1c7279e91a250565b610c486111c4565b73ffffffffffffffffffffffffffffffffffffffff8116610c95576040517fd92e233d00000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b73ffffffffffffffffffffffffffffffffffffffff81165f9081526005602052604090205460ff166003816003811115610cd157610cd1612055565b14158290610d24576040517f73fff11600000000000000000000000000000000000000000000000000000000815273ffffffffffffffffffffffffffffffffffffffff9091166004820152602401610534565b506001816003811115610d3957610d39612055565b03610d42575050565b73ffffffffffffffffffffffffffffffffffffffff82165f81815260056020526040808220805460ff19166001179055517f835bddf1ceee4956e4329af9edf018523c1191238187a597453f6020bcadb0429190a25050565b5f610da46111c4565b610db060108484611c97565b8282604051610dc0929190612332565b60408051918290039091205f8181526004602052919091205490915060ff166002816002811115610df357610df3612055565b14158290610e30576040517fd2d59e8f00000000000000000000000000000000000000000000000000000000815260040161053491815260200190565b506001816002811115610e4557610e45612055565b03610e505750610ea6565b5f8281526004602052604090819020805460ff191660011790555182907fd9e2ed8c84789043ccc746028224cbafe84d43406e245dd91d8a545aab503e3390610e9c9087908790612388565b60405180910390a2505b92915050565b73ffffffffffffffffffffffffffffffffffffffff81165f908152600660205260408120610ea690611b70565b610ee1611134565b60025f8281526004602052604090205460ff166002811115610f0557610f05612055565b03610f0d5750565b5f81815260046020526040808220805460ff191660021790555182917f3daaafabe5c806fcfafd33a27bb3ba108a206c9ecdc1e1d9c1f544a0dea3250191a250565b5f610f586111c4565b610f635f8888611c97565b610f6f60018686611c97565b610f7b60028484611c97565b868686868686604051602001610f96969594939291906123a3565b604080517fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe081840301815291815281516020928301205f818152600390935291205490915060ff166002816002811115610ff257610ff2612055565b1415829061102f576040517f9fef24d900000000000000000000000000000000000000000000000000000000815260040161053491815260200190565b50600181600281111561104457611044612055565b0361104f57506110ad565b5f8281526003602052604090819020805460ff191660011790555182907f875fb17b7986a3a21d3badc529dab5f5ee1005edc86e3799fb5432861b2b8b11906110a3908b908b908b908b908b908b906123cf565b60405180910390a2505b9695505050505050565b6110bf6111c4565b600180547fffffffffffffffffffffffff00000000000000000000000000000000000000001673ffffffffffffffffffffffffffffffffffffffff8381169182179092555f8054604051929316917f38d16b8cac22d99fc7c124b9cd0de2d3fa1faef420bfe791d8c362d765e227009190a350565b5f5473ffffffffffffffffffffffffffffffffffffffff16331480611170575060025473ffffffffffffffffffffffffffffffffffffffff1633145b33906111c1576040517f6b1883f300000000000000000000000000000000000000000000000000000000815273ffffffffffffffffffffffffffffffffffffffff9091166004820152602401610534565b50565b5f5473ffffffffffffffffffffffffffffffffffffffff1633808214611236576040517f23295f0e00000000000000000000000000000000000000000000000000000000815273ffffffffffffffffffffffffffffffffffffffff928316600482015291166024820152604401610534565b5050565b80515f90604190818114611283576040517fbd1e500200000000000000000000000000000000000000000000000000000000815260048101929092526024820152604401610534565b50505f5f8380602001905181019061129b9190612417565b915091505f846040815181106112b3576112b3612439565b016020015160f81c9050601b8114806112cf57508060ff16601c145b819061130d576040517f1ee5d21a00000000000000000000000000000000000000000000000000000000815260ff9091166004820152602401610534565b50817f7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a081111561136c576040517f0350fbc800000000000000000000000000000000000000000000000000000000815260040161053491815260200190565b50604080515f81526020810180835288905260ff831691810191909152606081018490526080810183905260019060a0016020604051602081039080840390855afa1580156113bd573d5f5f3e3d5ffd5b50506040517fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe0015194505073ffffffffffffffffffffffffffffffffffffffff8416611435576040517f37e8456b00000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b50505092915050565b5f8281526003602052604090205460ff16600181600281111561146357611463612055565b14838290916114a0576040517f5cb058cb000000000000000000000000000000000000000000000000000000008152600401610534929190612466565b50505f8281526004602052604090205460ff1660018160028111156114c7576114c7612055565b14838290916107ea576040517fbc366c29000000000000000000000000000000000000000000000000000000008152600401610534929190612466565b5f61151161012c426124a7565b9050828167ffffffffffffffff821681101561156b576040517fb3d56c2700000000000000000000000000000000000000000000000000000000815267ffffffffffffffff90921660048301526024820152604401610534565b50429050611585612a3067ffffffffffffffff86166124a7565b101583611594612a30426124ba565b90916115de576040517f886d6a8600000000000000000000000000000000000000000000000000000000815267ffffffffffffffff90921660048301526024820152604401610534565b5050428267ffffffffffffffff161182429091611639576040517fb3c3124700000000000000000000000000000000000000000000000000000000815267ffffffffffffffff90921660048301526024820152604401610534565b505f905061165462093a8067ffffffffffffffff86166124a7565b9050828167ffffffffffffffff82168110156107ea576040517f99d7916200000000000000000000000000000000000000000000000000000000815267ffffffffffffffff90921660048301526024820152604401610534565b5f6116bc6020850185611f9a565b73ffffffffffffffffffffffffffffffffffffffff1603611709576040517fd92e233d00000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b5f60068161171a6020870187611f9a565b73ffffffffffffffffffffffffffffffffffffffff1681526020808201929092526040015f2080549092507f0100000000000000000000000000000000000000000000000000000000000000900460ff16159061177990860186611f9a565b906117c9576040517f967faccb00000000000000000000000000000000000000000000000000000000815273ffffffffffffffffffffffffffffffffffffffff9091166004820152602401610534565b5080547e01000000000000000000000000000000000000000000000000000000000000900460ff161561188957600261180182611b70565b600381111561181257611812612055565b14156118216020860186611f9a565b90611871576040517f967faccb00000000000000000000000000000000000000000000000000000000815273ffffffffffffffffffffffffffffffffffffffff9091166004820152602401610534565b5061187b81611d5d565b611889576118898185611d9a565b6040805160e0810190915273ffffffffffffffffffffffffffffffffffffffff83168152602081016118c160a0870160808801612319565b64ffffffffff1681526020016118dd60c0870160a08801612319565b64ffffffffff1681526020018460ff1681526020015f1515815260200185602001358152602001856040013581525060065f865f0160208101906119219190611f9a565b73ffffffffffffffffffffffffffffffffffffffff908116825260208083019390935260409182015f20845181548686015187860151606089015160808a015115157f0100000000000000000000000000000000000000000000000000000000000000027effffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff60ff9092167e01000000000000000000000000000000000000000000000000000000000000027fff00ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff64ffffffffff94851679010000000000000000000000000000000000000000000000000002167fff000000000000ffffffffffffffffffffffffffffffffffffffffffffffffff9490951674010000000000000000000000000000000000000000027fffffffffffffff000000000000000000000000000000000000000000000000009096169690981695909517939093171617939093179290921691909117815560a0840151600182015560c09093015160029093019290925590850135908501803590611abb9087611f9a565b73ffffffffffffffffffffffffffffffffffffffff167fdb30d3176acc118ee3705fa707289c358efe0aeb78f81f332d5a707b8a483bdf868660608a0135611b0960a08c0160808d01612319565b611b1960c08d0160a08e01612319565b6040805160ff909616865273ffffffffffffffffffffffffffffffffffffffff90941660208601529284019190915267ffffffffffffffff908116606084015216608082015260a00160405180910390a450505050565b80545f907f0100000000000000000000000000000000000000000000000000000000000000900460ff1615611ba757506002919050565b81547e01000000000000000000000000000000000000000000000000000000000000900460ff165f03611bdb57505f919050565b6001808301545f9081526003602052604090205460ff166002811115611c0357611c03612055565b14611c1057506002919050565b60016002808401545f9081526004602052604090205460ff1690811115611c3957611c39612055565b14611c4657506002919050565b611c4f82611d5d565b15611c5b57505f919050565b8154790100000000000000000000000000000000000000000000000000900464ffffffffff164210611c8f57506003919050565b506001919050565b82603082808214611ce7576040517f46ec426c00000000000000000000000000000000000000000000000000000000815260ff909316600484015260248301919091526044820152606401610534565b50611cf99150829050602081856124cd565b611d02916124f4565b611d0f60205f84866124cd565b611d18916124f4565b849117611d57576040517fbbf31f4400000000000000000000000000000000000000000000000000000000815260ff9091166004820152602401610534565b50505050565b5f6003825473ffffffffffffffffffffffffffffffffffffffff165f9081526005602052604090205460ff16600381111561083357610833612055565b80602001358260010154148015611db8575080604001358260020154145b611dc56020830183611f9a565b83600101548460020154909192611e2e576040517f3ab431e100000000000000000000000000000000000000000000000000000000815273ffffffffffffffffffffffffffffffffffffffff909316600484015260248301919091526044820152606401610534565b5050825474010000000000000000000000000000000000000000900464ffffffffff169050611e6360a0830160808401612319565b67ffffffffffffffff16118015611eb757508154790100000000000000000000000000000000000000000000000000900464ffffffffff16611eab60c0830160a08401612319565b67ffffffffffffffff16115b611ec46020830183611f9a565b8354909164ffffffffff74010000000000000000000000000000000000000000830481169279010000000000000000000000000000000000000000000000000090041690611f6b576040517f8b9a502d00000000000000000000000000000000000000000000000000000000815273ffffffffffffffffffffffffffffffffffffffff909316600484015264ffffffffff9182166024840152166044820152606401610534565b5050505050565b803573ffffffffffffffffffffffffffffffffffffffff81168114611f95575f5ffd5b919050565b5f60208284031215611faa575f5ffd5b611fb382611f72565b9392505050565b5f5f83601f840112611fca575f5ffd5b50813567ffffffffffffffff811115611fe1575f5ffd5b602083019150836020828501011115611ff8575f5ffd5b9250929050565b5f5f5f83850360e0811215612012575f5ffd5b60c081121561201f575f5ffd5b5083925060c084013567ffffffffffffffff81111561203c575f5ffd5b61204886828701611fba565b9497909650939450505050565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52602160045260245ffd5b600481106111c1576111c1612055565b815160e08201906120a281612082565b8083525060ff602084015116602083015273ffffffffffffffffffffffffffffffffffffffff6040840151166040830152606083015160608301526080830151608083015267ffffffffffffffff60a08401511660a083015267ffffffffffffffff60c08401511660c083015292915050565b5f60208284031215612125575f5ffd5b5035919050565b6003811061213c5761213c612055565b9052565b60208101610ea6828461212c565b6020810161215b83612082565b91905290565b5f5f60208385031215612172575f5ffd5b823567ffffffffffffffff811115612188575f5ffd5b61219485828601611fba565b90969095509350505050565b5f5f5f5f5f5f606087890312156121b5575f5ffd5b863567ffffffffffffffff8111156121cb575f5ffd5b6121d789828a01611fba565b909750955050602087013567ffffffffffffffff8111156121f6575f5ffd5b61220289828a01611fba565b909550935050604087013567ffffffffffffffff811115612221575f5ffd5b61222d89828a01611fba565b979a9699509497509295939492505050565b73ffffffffffffffffffffffffffffffffffffffff831681526040810161226583612082565b8260208301529392505050565b803567ffffffffffffffff81168114611f95575f5ffd5b82815260e0810173ffffffffffffffffffffffffffffffffffffffff6122ae84611f72565b1660208381019190915283013560408084019190915283013560608084019190915283013560808084019190915267ffffffffffffffff906122f1908501612272565b1660a083015267ffffffffffffffff61230c60a08501612272565b1660c08301529392505050565b5f60208284031215612329575f5ffd5b611fb382612272565b818382375f9101908152919050565b81835281816020850137505f602082840101525f60207fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe0601f840116840101905092915050565b602081525f61239b602083018486612341565b949350505050565b858782375f8682015f8152858782375f908601908152838582375f930192835250909695505050505050565b606081525f6123e260608301888a612341565b82810360208401526123f5818789612341565b9050828103604084015261240a818587612341565b9998505050505050505050565b5f5f60408385031215612428575f5ffd5b505080516020909101519092909150565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52603260045260245ffd5b82815260408101611fb3602083018461212c565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52601160045260245ffd5b80820180821115610ea657610ea661247a565b81810381811115610ea657610ea661247a565b5f5f858511156124db575f5ffd5b838611156124e7575f5ffd5b5050820193919092039150565b80356020831015610ea6577fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff602084900360031b1b169291505056' as const
