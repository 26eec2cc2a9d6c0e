// Generated from src/attestation/IAttestationVerifier.sol by generate.ts. Do not edit.

export const iAttestationVerifierAbi = [
  {
    "inputs": [
      {
        "internalType": "uint256",
        "name": "timestampMs",
        "type": "uint256"
      },
      {
        "internalType": "uint256",
        "name": "latestMs",
        "type": "uint256"
      }
    ],
    "name": "AttestationFromFuture",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "bytes32",
        "name": "field",
        "type": "bytes32"
      }
    ],
    "name": "AttestationMalformed",
    "type": "error"
  },
  {
    "inputs": [],
    "name": "AttestationNitroTpm",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "uint256",
        "name": "timestampMs",
        "type": "uint256"
      },
      {
        "internalType": "uint256",
        "name": "expiresMs",
        "type": "uint256"
      },
      {
        "internalType": "uint256",
        "name": "nowMs",
        "type": "uint256"
      }
    ],
    "name": "AttestationStale",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "bytes32",
        "name": "what",
        "type": "bytes32"
      }
    ],
    "name": "CborMalformed",
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
        "internalType": "bytes32",
        "name": "what",
        "type": "bytes32"
      }
    ],
    "name": "CertificateChainInvalid",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "bytes32",
        "name": "what",
        "type": "bytes32"
      }
    ],
    "name": "CertificateMalformed",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "uint256",
        "name": "notBeforeSeconds",
        "type": "uint256"
      },
      {
        "internalType": "uint256",
        "name": "notAfterSeconds",
        "type": "uint256"
      },
      {
        "internalType": "uint256",
        "name": "nowSeconds",
        "type": "uint256"
      }
    ],
    "name": "CertificateNotInValidity",
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
        "internalType": "bytes32",
        "name": "revocationId",
        "type": "bytes32"
      }
    ],
    "name": "CertificateRevoked",
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
    "name": "CertificateSignatureInvalid",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "address",
        "name": "deployed",
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
    "name": "CodeHashMismatch",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "bytes32",
        "name": "what",
        "type": "bytes32"
      }
    ],
    "name": "CoseMalformed",
    "type": "error"
  },
  {
    "inputs": [],
    "name": "CoseSignatureInvalid",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "uint256",
        "name": "pcr",
        "type": "uint256"
      }
    ],
    "name": "DebugEnclave",
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
    "name": "HintsCount",
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
    "name": "HintsMissing",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "address",
        "name": "pendingRevoker",
        "type": "address"
      },
      {
        "internalType": "address",
        "name": "caller",
        "type": "address"
      }
    ],
    "name": "NotPendingRevoker",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "address",
        "name": "revoker",
        "type": "address"
      },
      {
        "internalType": "address",
        "name": "caller",
        "type": "address"
      }
    ],
    "name": "NotRevoker",
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
    "anonymous": false,
    "inputs": [
      {
        "indexed": true,
        "internalType": "bytes32",
        "name": "revocationId",
        "type": "bytes32"
      },
      {
        "indexed": false,
        "internalType": "bytes",
        "name": "name",
        "type": "bytes"
      }
    ],
    "name": "CertificateRevocation",
    "type": "event"
  },
  {
    "anonymous": false,
    "inputs": [
      {
        "indexed": true,
        "internalType": "bytes32",
        "name": "certificateId",
        "type": "bytes32"
      },
      {
        "indexed": true,
        "internalType": "bytes32",
        "name": "issuerId",
        "type": "bytes32"
      },
      {
        "indexed": false,
        "internalType": "uint64",
        "name": "pathNotAfterSeconds",
        "type": "uint64"
      }
    ],
    "name": "CertificateVerified",
    "type": "event"
  },
  {
    "anonymous": false,
    "inputs": [
      {
        "indexed": true,
        "internalType": "address",
        "name": "revoker",
        "type": "address"
      },
      {
        "indexed": true,
        "internalType": "address",
        "name": "pendingRevoker",
        "type": "address"
      }
    ],
    "name": "RevokerTransferStarted",
    "type": "event"
  },
  {
    "anonymous": false,
    "inputs": [
      {
        "indexed": true,
        "internalType": "address",
        "name": "previousRevoker",
        "type": "address"
      },
      {
        "indexed": true,
        "internalType": "address",
        "name": "revoker",
        "type": "address"
      }
    ],
    "name": "RevokerTransferred",
    "type": "event"
  },
  {
    "inputs": [],
    "name": "acceptRevoker",
    "outputs": [],
    "stateMutability": "nonpayable",
    "type": "function"
  },
  {
    "inputs": [
      {
        "internalType": "bytes[]",
        "name": "certificates",
        "type": "bytes[]"
      },
      {
        "internalType": "bytes[]",
        "name": "hints",
        "type": "bytes[]"
      }
    ],
    "name": "cacheCertificates",
    "outputs": [
      {
        "internalType": "bytes32",
        "name": "certificateId",
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
        "name": "certificateId",
        "type": "bytes32"
      }
    ],
    "name": "certificateInfo",
    "outputs": [
      {
        "components": [
          {
            "internalType": "bool",
            "name": "isKnown",
            "type": "bool"
          },
          {
            "internalType": "bool",
            "name": "isCa",
            "type": "bool"
          },
          {
            "internalType": "uint64",
            "name": "notBeforeSeconds",
            "type": "uint64"
          },
          {
            "internalType": "uint64",
            "name": "pathNotBeforeSeconds",
            "type": "uint64"
          },
          {
            "internalType": "uint64",
            "name": "pathNotAfterSeconds",
            "type": "uint64"
          }
        ],
        "internalType": "struct CertificateInfo",
        "name": "",
        "type": "tuple"
      }
    ],
    "stateMutability": "view",
    "type": "function"
  },
  {
    "inputs": [],
    "name": "isAwsRoot",
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
        "internalType": "bytes32",
        "name": "revocationId",
        "type": "bytes32"
      }
    ],
    "name": "isRevoked",
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
    "inputs": [],
    "name": "pendingRevoker",
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
        "internalType": "bytes",
        "name": "issuer",
        "type": "bytes"
      },
      {
        "internalType": "bytes",
        "name": "serial",
        "type": "bytes"
      }
    ],
    "name": "revocationIdOf",
    "outputs": [
      {
        "internalType": "bytes32",
        "name": "",
        "type": "bytes32"
      }
    ],
    "stateMutability": "pure",
    "type": "function"
  },
  {
    "inputs": [
      {
        "internalType": "bytes",
        "name": "issuer",
        "type": "bytes"
      },
      {
        "internalType": "bytes",
        "name": "serial",
        "type": "bytes"
      }
    ],
    "name": "revokeBySerial",
    "outputs": [
      {
        "internalType": "bytes32",
        "name": "revocationId",
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
        "name": "certificate",
        "type": "bytes"
      }
    ],
    "name": "revokeCertificate",
    "outputs": [
      {
        "internalType": "bytes32",
        "name": "revocationId",
        "type": "bytes32"
      }
    ],
    "stateMutability": "nonpayable",
    "type": "function"
  },
  {
    "inputs": [],
    "name": "revoker",
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
    "name": "rootHash",
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
        "internalType": "address",
        "name": "pendingRevoker",
        "type": "address"
      }
    ],
    "name": "transferRevoker",
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
      },
      {
        "internalType": "uint64",
        "name": "ageSecondsMax",
        "type": "uint64"
      },
      {
        "internalType": "uint64",
        "name": "skewSecondsMax",
        "type": "uint64"
      }
    ],
    "name": "verifyAttestation",
    "outputs": [
      {
        "components": [
          {
            "internalType": "bytes32",
            "name": "moduleIdHash",
            "type": "bytes32"
          },
          {
            "internalType": "uint64",
            "name": "timestampMs",
            "type": "uint64"
          },
          {
            "internalType": "uint32",
            "name": "pcrMask",
            "type": "uint32"
          },
          {
            "internalType": "bytes",
            "name": "pcrs",
            "type": "bytes"
          },
          {
            "internalType": "bytes",
            "name": "publicKey",
            "type": "bytes"
          },
          {
            "internalType": "bytes",
            "name": "userData",
            "type": "bytes"
          },
          {
            "internalType": "bytes",
            "name": "nonce",
            "type": "bytes"
          }
        ],
        "internalType": "struct Attestation",
        "name": "",
        "type": "tuple"
      }
    ],
    "stateMutability": "nonpayable",
    "type": "function"
  }
] as const
