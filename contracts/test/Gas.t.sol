// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IAttestationVerifier} from "../src/attestation/IAttestationVerifier.sol";
import {EnclaveRegistry} from "../src/EnclaveRegistry.sol";
import {InferenceReceipt} from "../src/InferenceReceipt.sol";
import {KeyApproval} from "../src/IEnclaveRegistry.sol";
import {ReceiptVerifier} from "../src/ReceiptVerifier.sol";
import {Tensor, TensorLib} from "../src/TensorLib.sol";
import {GarmentGate} from "../src/examples/GarmentGate.sol";
import {Consumer} from "./ReceiptVerifier.t.sol";
import {RegistryFixture} from "./RegistryFixture.sol";

/// What users pay, as whole transactions. The figures are kept in snapshots/transactions.json.
/// forge-config: default.isolate = true
contract GasTest is RegistryFixture {
    function setUp() public {
        setUpRegistry();
    }

    function test_gas_deployRegistry() public {
        new EnclaveRegistry(address(this), IAttestationVerifier(address(0)));
        vm.snapshotGasLastCall("transactions", "deploy EnclaveRegistry");
    }

    function test_gas_approveImageAndModels() public {
        registry.approveImage(pcr(1), pcr(2), pcr(3));
        vm.snapshotGasLastCall("transactions", "approveImage");
        registry.approveModels(pcr(4));
        vm.snapshotGasLastCall("transactions", "approveModels");
    }

    function test_gas_registerAndRenewAndRevoke() public {
        KeyApproval memory approval = approvalAt(NOW);
        bytes memory signature = signed(approval);
        registry.registerApprovedKey(approval, signature);
        vm.snapshotGasLastCall("transactions", "registerApprovedKey, first");
        approval = approvalAt(NOW + 1);
        signature = signed(approval);
        registry.registerApprovedKey(approval, signature);
        vm.snapshotGasLastCall("transactions", "registerApprovedKey, renewal");
        registry.revokeImage(imageId);
        vm.snapshotGasLastCall("transactions", "revokeImage");
    }

    function test_gas_verify() public {
        register();
        Consumer consumer = new Consumer();
        InferenceReceipt memory receipt =
            InferenceReceipt(keccak256("r"), keccak256("m"), 0, 0, NOW * 1000, 0);
        bytes memory signature = bytes65(ENCLAVE_KEY, ReceiptVerifier.digest(receipt, address(consumer)));
        consumer.verify(registry, receipt, signature);
        vm.snapshotGasLastCall("transactions", "ReceiptVerifier.verify, as a call from another contract");
    }

    function test_gas_enter() public {
        register();
        GarmentGate gate = new GarmentGate(registry, keccak256("m"), 1 << 8, 0);
        uint64[] memory shape = new uint64[](2);
        (shape[0], shape[1]) = (1, 10);
        int256[] memory values = new int256[](10);
        for (uint256 i = 0; i < 10; ++i) {
            values[i] = i == 8 ? int256(0.91e18) : int256(0.01e18);
        }
        Tensor[] memory tensors = new Tensor[](1);
        tensors[0] = TensorLib.fromFixed18("logits", shape, values);
        bytes memory outputs = TensorLib.encode(tensors);
        InferenceReceipt memory receipt = InferenceReceipt(
            gate.requestIdOf(address(this)), keccak256("m"), 0, sha256(outputs), NOW * 1000, 0
        );
        bytes memory signature = bytes65(ENCLAVE_KEY, ReceiptVerifier.digest(receipt, address(gate)));
        gate.enter(receipt, signature, outputs);
        vm.snapshotGasLastCall("transactions", "GarmentGate.enter, ten scores");
    }
}
