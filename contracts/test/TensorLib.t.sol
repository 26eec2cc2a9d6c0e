// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {Tensor, TensorLib} from "../src/TensorLib.sol";
import {Base} from "./Base.sol";

/// Puts the library behind external calls, so that reverts can be observed.
contract Reader {
    function decode(bytes calldata encoded) external pure returns (Tensor[] memory) {
        return TensorLib.decode(encoded);
    }

    function byName(Tensor[] calldata tensors, string calldata name) external pure returns (Tensor memory) {
        return TensorLib.byName(tensors, name);
    }

    function elementCount(Tensor calldata tensor) external pure returns (uint256) {
        return TensorLib.elementCount(tensor);
    }

    function intAt(Tensor calldata tensor, uint256 index) external pure returns (int256) {
        return TensorLib.intAt(tensor, index);
    }

    function fixed18At(Tensor calldata tensor, uint256 index) external pure returns (int256) {
        return TensorLib.fixed18At(tensor, index);
    }

    function bytesAt(Tensor calldata tensor, uint256 index) external pure returns (bytes memory) {
        return TensorLib.bytesAt(tensor, index);
    }

    function argmax(Tensor calldata tensor) external pure returns (uint256) {
        return TensorLib.argmax(tensor);
    }

    function argmaxOf(Tensor calldata tensor, uint256 start, uint256 count) external pure returns (uint256) {
        return TensorLib.argmax(tensor, start, count);
    }

    function float32ToFixed18(uint32 bits) external pure returns (int256) {
        return TensorLib.float32ToFixed18(bits);
    }

    function float64ToFixed18(uint64 bits) external pure returns (int256) {
        return TensorLib.float64ToFixed18(bits);
    }

    function fixed18ToFloat32(int256 value) external pure returns (uint32) {
        return TensorLib.fixed18ToFloat32(value);
    }

    function fromInts(
        string calldata name,
        string calldata datatype,
        uint64[] calldata shape,
        int256[] calldata values
    ) external pure returns (Tensor memory) {
        return TensorLib.fromInts(name, datatype, shape, values);
    }
}

contract TensorLibTest is Base {
    Reader private reader;

    function setUp() public {
        reader = new Reader();
    }

    function shapeOf(uint64 a) private pure returns (uint64[] memory shape) {
        shape = new uint64[](1);
        shape[0] = a;
    }

    function shapeOf(uint64 a, uint64 b) private pure returns (uint64[] memory shape) {
        shape = new uint64[](2);
        (shape[0], shape[1]) = (a, b);
    }

    function one(Tensor memory tensor) private pure returns (Tensor[] memory tensors) {
        tensors = new Tensor[](1);
        tensors[0] = tensor;
    }

    /// Little-endian FP32 data from bit patterns.
    function floats(uint32[4] memory bits) private pure returns (Tensor memory) {
        bytes memory data;
        for (uint256 i = 0; i < 4; ++i) {
            data = bytes.concat(data, bytes4(swapped(bits[i])));
        }
        return Tensor("scores", "FP32", shapeOf(1, 4), data);
    }

    function swapped(uint32 v) private pure returns (uint32) {
        return (v >> 24) | ((v >> 8) & 0xff00) | ((v << 8) & 0xff0000) | (v << 24);
    }

    // ------------------------------------------------------------------ the canonical encoding

    function test_encoding_equalsViems() public view withDirtyMemory {
        string memory json = vm.readFile("vectors/tensors.json");
        bytes[] memory encoded = vm.parseJsonBytesArray(json, ".encoded");
        bytes32[] memory hashes = vm.parseJsonBytes32Array(json, ".sha256");
        uint256[] memory counts = vm.parseJsonUintArray(json, ".count");
        for (uint256 i = 0; i < encoded.length; ++i) {
            Tensor[] memory tensors = TensorLib.decode(encoded[i]);
            expectEqual(tensors.length, counts[i], "count");
            expectEqual(TensorLib.encode(tensors), encoded[i], "encoding");
            expectEqual(TensorLib.hash(encoded[i]), hashes[i], "sha256");
        }
        Tensor[] memory mixed = TensorLib.decode(encoded[4]);
        expectEqual(TensorLib.intAt(mixed[0], 0), -1, "INT8");
        expectEqual(TensorLib.intAt(mixed[1], 1), 2 ** 62, "INT64");
        expectEqual(TensorLib.intAt(mixed[2], 0), 1, "BOOL");
        expectEqual(TensorLib.bytesAt(mixed[3], 0), "hi", "BYTES");
        expectEqual(TensorLib.bytesAt(mixed[3], 1), "", "BYTES, empty");
        expectEqual(
            TensorLib.fixed18At(TensorLib.decode(encoded[2])[0], 0), 3_141_592_653_589_793_116, "FP64"
        );
    }

    /// The walker agrees with Solidity's own encoder for any names and integer data.
    function testFuzz_encoding_roundTrips(string[3] memory names, int64[] memory a, bytes memory b)
        public
        view
        withDirtyMemory
    {
        Tensor[] memory tensors = new Tensor[](3);
        int256[] memory values = new int256[](a.length);
        for (uint256 i = 0; i < a.length; ++i) {
            values[i] = a[i];
        }
        tensors[0] = TensorLib.fromInts(names[0], "INT64", shapeOf(uint64(a.length)), values);
        tensors[1] = Tensor(names[1], "UINT8", shapeOf(uint64(b.length), 1), b);
        tensors[2] = Tensor(names[2], "FP64", new uint64[](0), "12345678");
        bytes memory encoded = abi.encode(tensors);
        Tensor[] memory decoded = TensorLib.decode(encoded);
        expectEqual(abi.encode(decoded), encoded, "encoding");
        for (uint256 i = 0; i < a.length; ++i) {
            expectEqual(TensorLib.intAt(decoded[0], i), a[i], "element");
        }
        expectEqual(decoded[1].data, b, "data");
        expectEqual(bytes(decoded[2].name), bytes(names[2]), "name");
        expectEqual(abi.encode(reader.decode(encoded)), encoded, "from calldata");
    }

    /// Strictness in one sentence: whatever decodes, encodes to the same bytes.
    function testFuzz_encoding_rejectsOrKeepsAnyChange(uint256 place, uint8 change, bool cut) public view {
        vm.assume(change != 0);
        bytes memory encoded = abi.encode(mixture());
        place %= encoded.length;
        if (cut) {
            bytes memory shorter = new bytes(place);
            for (uint256 i = 0; i < place; ++i) {
                shorter[i] = encoded[i];
            }
            encoded = shorter;
        } else {
            encoded[place] = bytes1(uint8(encoded[place]) ^ change);
        }
        try reader.decode(encoded) returns (Tensor[] memory tensors) {
            expectFalse(cut, "a cut encoding was accepted");
            expectEqual(abi.encode(tensors), encoded, "a second encoding was accepted");
        } catch {}
    }

    /// The same, word by word, with the values a forger would try.
    function test_encoding_rejectsOrKeepsAnyChangedWord() public view {
        bytes memory encoded = abi.encode(mixture());
        uint256[6] memory forged = [uint256(0), 1, 32, 64, type(uint64).max, type(uint256).max];
        for (uint256 place = 0; place < encoded.length; place += 32) {
            for (uint256 i = 0; i < forged.length; ++i) {
                bytes memory changed = bytes.concat(encoded);
                uint256 word = forged[i];
                assembly ("memory-safe") {
                    mstore(add(add(changed, 32), place), word)
                }
                try reader.decode(changed) returns (Tensor[] memory tensors) {
                    expectEqual(abi.encode(tensors), changed, "a second encoding was accepted");
                } catch (bytes memory reason) {
                    expectTrue(bytes4(reason) != bytes4(0x4e487b71), "a panic, not an error");
                    expectTrue(reason.length >= 4, "ran out of gas or reverted without a reason");
                }
            }
        }
    }

    function mixture() private pure returns (Tensor[] memory tensors) {
        tensors = new Tensor[](3);
        tensors[0] = Tensor("scores", "FP32", shapeOf(1, 2), hex"0000803f000000c0");
        tensors[1] = Tensor("words", "BYTES", shapeOf(2), hex"02000000686900000000");
        tensors[2] = Tensor("mask", "BOOL", shapeOf(2), hex"0100");
    }

    function test_encoding_rejectsTrailingBytes() public {
        bytes memory encoded = abi.encode(mixture());
        bytes memory longer = bytes.concat(encoded, bytes32(0));
        vm.expectRevert(
            abi.encodeWithSelector(TensorLib.TensorTrailing.selector, encoded.length, encoded.length + 32)
        );
        reader.decode(longer);
    }

    function test_encoding_rejectsNonzeroPadding() public {
        bytes memory encoded = abi.encode(one(Tensor("n", "UINT8", shapeOf(1), hex"01")));
        encoded[encoded.length - 1] = 0x01;
        vm.expectRevert(abi.encodeWithSelector(TensorLib.TensorPadding.selector, encoded.length - 31));
        reader.decode(encoded);
    }

    function test_encoding_rejectsAMovedOffset() public {
        bytes memory encoded = abi.encode(one(Tensor("n", "UINT8", shapeOf(1), hex"01")));
        encoded[31] = 0x40;
        vm.expectRevert(abi.encodeWithSelector(TensorLib.TensorWord.selector, 0, 32, 64));
        reader.decode(encoded);
    }

    function test_encoding_rejectsAnEmptyString() public {
        vm.expectRevert(abi.encodeWithSelector(TensorLib.TensorTruncated.selector, 32, 0));
        reader.decode("");
    }

    function test_encoding_rejectsAFalseCountBeforeAllocating() public {
        bytes memory encoded = abi.encode(uint256(32), type(uint256).max);
        vm.expectRevert(
            abi.encodeWithSelector(
                TensorLib.TensorTruncated.selector, 64 + uint256(type(uint64).max) * 288, 64
            )
        );
        reader.decode(encoded);
    }

    // ------------------------------------------------------------------ what a tensor must be

    function test_datatype_rejectsAnUnknownOne() public {
        string[4] memory unknown = ["", "FP8", "fp32", "FP32\x00"];
        for (uint256 i = 0; i < unknown.length; ++i) {
            bytes memory encoded = abi.encode(one(Tensor("n", unknown[i], shapeOf(1), hex"00000000")));
            vm.expectRevert(abi.encodeWithSelector(TensorLib.TensorDatatypeUnknown.selector, unknown[i]));
            reader.decode(encoded);
        }
    }

    function test_data_rejectsAnotherLengthThanTheShapeDemands() public {
        bytes memory encoded = abi.encode(one(Tensor("n", "INT32", shapeOf(2), hex"0000000000")));
        vm.expectRevert(abi.encodeWithSelector(TensorLib.TensorDataLength.selector, 8, 5));
        reader.decode(encoded);
    }

    function test_data_rejectsABoolThatIsNeither() public {
        bytes memory encoded = abi.encode(one(Tensor("n", "BOOL", shapeOf(2), hex"0102")));
        vm.expectRevert(abi.encodeWithSelector(TensorLib.TensorBool.selector, 1, 2));
        reader.decode(encoded);
    }

    function test_data_rejectsBytesThatDoNotFillTheirShape() public {
        bytes memory encoded = abi.encode(one(Tensor("n", "BYTES", shapeOf(2), hex"01000000ff03000000aabb")));
        vm.expectRevert(abi.encodeWithSelector(TensorLib.TensorDataLength.selector, 12, 11));
        reader.decode(encoded);
        encoded = abi.encode(one(Tensor("n", "BYTES", shapeOf(1), hex"01000000ff00")));
        vm.expectRevert(abi.encodeWithSelector(TensorLib.TensorDataLength.selector, 5, 6));
        reader.decode(encoded);
    }

    function test_shape_isAProduct() public view {
        expectEqual(reader.elementCount(Tensor("", "FP32", new uint64[](0), "")), 1, "scalar");
        expectEqual(reader.elementCount(Tensor("", "FP32", shapeOf(3, 5), "")), 15, "3 x 5");
        expectEqual(reader.elementCount(Tensor("", "FP32", shapeOf(type(uint64).max, 0), "")), 0, "empty");
    }

    function test_shape_rejectsMoreElementsThan64Bits() public {
        Tensor memory tensor = Tensor("", "UINT8", shapeOf(2 ** 63, 2), "");
        vm.expectRevert(abi.encodeWithSelector(TensorLib.TensorShape.selector, 2 ** 64));
        reader.elementCount(tensor);
    }

    function test_byName_findsTheTensorAndRejectsAMissingOne() public {
        expectEqual(bytes(reader.byName(mixture(), "mask").datatype), "BOOL", "found");
        vm.expectRevert(abi.encodeWithSelector(TensorLib.TensorMissing.selector, "Mask"));
        reader.byName(mixture(), "Mask");
    }

    // ------------------------------------------------------------------ elements

    function test_element_rejectsAnIndexPastTheEnd() public {
        Tensor memory tensor = Tensor("", "INT32", shapeOf(2), hex"0100000002000000");
        expectEqual(reader.intAt(tensor, 1), 2, "last");
        vm.expectRevert(abi.encodeWithSelector(TensorLib.TensorIndex.selector, 2, 2));
        reader.intAt(tensor, 2);
        vm.expectRevert(abi.encodeWithSelector(TensorLib.TensorIndex.selector, type(uint256).max, 2));
        reader.intAt(tensor, type(uint256).max);
        vm.expectRevert(abi.encodeWithSelector(TensorLib.TensorIndex.selector, 2, 2));
        reader.bytesAt(mixture()[1], 2);
    }

    function test_element_rejectsADatatypeItDoesNotRead() public {
        vm.expectRevert(abi.encodeWithSelector(TensorLib.TensorDatatypeUnreadable.selector, "FP32"));
        reader.intAt(mixture()[0], 0);
        vm.expectRevert(abi.encodeWithSelector(TensorLib.TensorDatatypeUnreadable.selector, "BYTES"));
        reader.fixed18At(mixture()[1], 0);
        vm.expectRevert(abi.encodeWithSelector(TensorLib.TensorDatatypeUnreadable.selector, "BOOL"));
        reader.bytesAt(mixture()[2], 0);
    }

    /// Every integer type, at both ends of its range and anywhere between: written, then read back.
    function testFuzz_integers_roundTrip(uint256 kind, int256 value) public pure withDirtyMemory {
        string[9] memory names =
            ["BOOL", "UINT8", "UINT16", "UINT32", "UINT64", "INT8", "INT16", "INT32", "INT64"];
        uint8[9] memory bits = [1, 8, 16, 32, 64, 8, 16, 32, 64];
        kind %= 9;
        int256 low = kind < 5 ? int256(0) : -int256(1 << (bits[kind] - 1));
        int256 high = low + int256((1 << bits[kind]) - 1);
        int256[] memory values = new int256[](3);
        (values[0], values[1]) = (low, high);
        values[2] = low + int256(uint256(value) % (1 << bits[kind]));
        Tensor memory tensor =
            TensorLib.decode(abi.encode(one(TensorLib.fromInts("n", names[kind], shapeOf(3), values))))[0];
        for (uint256 i = 0; i < 3; ++i) {
            expectEqual(TensorLib.intAt(tensor, i), values[i], names[kind]);
            expectEqual(TensorLib.fixed18At(tensor, i), values[i] * 1e18, names[kind]);
        }
        expectEqual(TensorLib.argmax(tensor), 1, "argmax");
    }

    function test_integers_rejectAValueOutOfRange() public {
        int256[] memory values = new int256[](1);
        values[0] = 256;
        vm.expectRevert(abi.encodeWithSelector(TensorLib.TensorValue.selector, 256, "UINT8"));
        reader.fromInts("n", "UINT8", shapeOf(1), values);
        values[0] = -129;
        vm.expectRevert(abi.encodeWithSelector(TensorLib.TensorValue.selector, -129, "INT8"));
        reader.fromInts("n", "INT8", shapeOf(1), values);
        values[0] = 2;
        vm.expectRevert(abi.encodeWithSelector(TensorLib.TensorValue.selector, 2, "BOOL"));
        reader.fromInts("n", "BOOL", shapeOf(1), values);
        vm.expectRevert(abi.encodeWithSelector(TensorLib.TensorDatatypeUnreadable.selector, "FP32"));
        reader.fromInts("n", "FP32", shapeOf(1), values);
        values[0] = 1;
        vm.expectRevert(abi.encodeWithSelector(TensorLib.TensorDataLength.selector, 2, 1));
        reader.fromInts("n", "INT8", shapeOf(2), values);
    }

    // ------------------------------------------------------------------ floats

    /// Against exact rational arithmetic done elsewhere.
    function test_float_equalsExactArithmetic() public view withDirtyMemory {
        string memory json = vm.readFile("vectors/floats.json");
        uint256[] memory bits = vm.parseJsonUintArray(json, ".bits32");
        int256[] memory expected = vm.parseJsonIntArray(json, ".fixed32");
        expectTrue(bits.length > 300, "float32 vectors");
        for (uint256 i = 0; i < bits.length; ++i) {
            expectEqual(TensorLib.float32ToFixed18(uint32(bits[i])), expected[i], "float32");
        }
        bits = vm.parseJsonUintArray(json, ".bits64");
        expected = vm.parseJsonIntArray(json, ".fixed64");
        expectTrue(bits.length > 150, "float64 vectors");
        for (uint256 i = 0; i < bits.length; ++i) {
            expectEqual(TensorLib.float64ToFixed18(uint64(bits[i])), expected[i], "float64");
        }
        checkHalves("FP16", vm.parseJsonUintArray(json, ".bits16"), vm.parseJsonIntArray(json, ".fixed16"));
        checkHalves(
            "BF16", vm.parseJsonUintArray(json, ".bitsBrain"), vm.parseJsonIntArray(json, ".fixedBrain")
        );
    }

    function checkHalves(string memory datatype, uint256[] memory bits, int256[] memory expected)
        private
        pure
    {
        for (uint256 i = 0; i < bits.length; ++i) {
            bytes memory data = abi.encodePacked(uint8(bits[i]), uint8(bits[i] >> 8));
            expectEqual(TensorLib.fixed18At(Tensor("", datatype, shapeOf(1), data), 0), expected[i], datatype);
        }
    }

    function test_float_roundsTiesToEven() public view {
        // 5^18 is odd, so m * 2^-19 is half a unit off exactly when m is odd.
        expectEqual(
            reader.float32ToFixed18(0x36000000), 1_907_348_632_812, "2^-19 = 1907348632812.5 units, down"
        );
        expectEqual(
            reader.float32ToFixed18(0x36c00000), 5_722_045_898_438, "3 * 2^-19 = 5722045898437.5 units, up"
        );
        expectEqual(reader.float32ToFixed18(0xb6c00000), -5_722_045_898_438, "the same below zero");
    }

    function test_float_roundsTheSmallestToZeroOrOne() public view {
        expectEqual(reader.float32ToFixed18(0x20ec1e4a), 0, "0.39999998 units");
        expectEqual(reader.float32ToFixed18(0x21800000), 1, "2^-60 = 0.867 units");
        expectEqual(reader.float32ToFixed18(0x21000000), 0, "2^-61 = 0.434 units");
        expectEqual(reader.float32ToFixed18(0x007fffff), 0, "the largest subnormal");
        expectEqual(reader.float32ToFixed18(0x80000001), 0, "the smallest subnormal");
        expectEqual(reader.float32ToFixed18(0x80000000), 0, "-0");
    }

    function test_float_rejectsNaNAndInfinities() public {
        uint32[5] memory bits = [uint32(0x7f800000), 0xff800000, 0x7fc00000, 0x7f800001, 0xffffffff];
        for (uint256 i = 0; i < bits.length; ++i) {
            vm.expectRevert(abi.encodeWithSelector(TensorLib.FloatNotFinite.selector, bits[i]));
            reader.float32ToFixed18(bits[i]);
        }
        vm.expectRevert(abi.encodeWithSelector(TensorLib.FloatNotFinite.selector, uint64(0x7ff0000000000000)));
        reader.float64ToFixed18(0x7ff0000000000000);
    }

    /// Every finite float32 converts: nothing overflows, for all 2^32 - 2^25 of them.
    function testFuzz_float32_neverOverflowsAndIsMonotonic(uint32 a, uint32 b) public pure withDirtyMemory {
        (a, b) = (a & 0x7fffffff, b & 0x7fffffff);
        if (a > b) (a, b) = (b, a);
        vm.assume(b < 0x7f800000);
        int256 low = TensorLib.float32ToFixed18(a);
        int256 high = TensorLib.float32ToFixed18(b);
        expectTrue(0 <= low && low <= high && high < 2 ** 188, "monotonic and bounded");
        expectEqual(TensorLib.float32ToFixed18(a | 0x80000000), -low, "odd");
    }

    function test_float64_acceptsTheLargestThatFitsAndRejectsTheNext() public {
        // (2^53 - 1) * 2^142 * 10^18 needs 255 bits or fewer for the largest float below 2^255 / 10^18.
        uint64 largest = largestFloat64ThatFits();
        expectTrue(reader.float64ToFixed18(largest) > 0, "largest");
        expectTrue(reader.float64ToFixed18(largest | (1 << 63)) < 0, "smallest");
        vm.expectRevert(abi.encodeWithSelector(TensorLib.FloatTooLarge.selector, largest + 1));
        reader.float64ToFixed18(largest + 1);
        vm.expectRevert(abi.encodeWithSelector(TensorLib.FloatTooLarge.selector, uint64(0x7fefffffffffffff)));
        reader.float64ToFixed18(0x7fefffffffffffff);
    }

    /// The largest multiple of 2^143 (a float64's step there) whose 10^18-fold stays below 2^255.
    function largestFloat64ThatFits() private pure returns (uint64) {
        uint256 limit = (uint256(1) << 255) / 1e18; // between 2^195 and 2^196
        uint256 step = 195 - 52;
        uint256 fraction = limit >> step; // 53 bits
        return uint64(((1023 + 195) << 52) | (fraction & ((1 << 52) - 1)));
    }

    function test_toFloat32_equalsExactSearch() public view {
        string memory json = vm.readFile("vectors/floats.json");
        int256[] memory values = vm.parseJsonIntArray(json, ".values");
        uint256[] memory bits = vm.parseJsonUintArray(json, ".valueBits");
        expectTrue(values.length > 200, "vectors");
        for (uint256 i = 0; i < values.length; ++i) {
            expectEqual(TensorLib.fixed18ToFloat32(values[i]), bits[i], "float32");
        }
        expectEqual(TensorLib.fixed18ToFloat32(0), 0, "zero");
    }

    function test_toFloat32_rejectsWhatIsBeyondTheLargest() public {
        // Half a step above the largest float32, where IEEE 754 would say infinity.
        int256 beyond = 340_282_356_779_733_661_637_539_395_458_142_568_448 * 1e18;
        expectEqual(reader.fixed18ToFloat32(beyond - 1), 0x7f7fffff, "just below");
        vm.expectRevert(abi.encodeWithSelector(TensorLib.Fixed18TooLarge.selector, beyond));
        reader.fixed18ToFloat32(beyond);
        vm.expectRevert(abi.encodeWithSelector(TensorLib.Fixed18TooLarge.selector, type(int256).min));
        reader.fixed18ToFloat32(type(int256).min);
        vm.expectRevert(abi.encodeWithSelector(TensorLib.Fixed18TooLarge.selector, type(int256).max));
        reader.fixed18ToFloat32(type(int256).max);
    }

    /// From 2^-36 on a float32's steps are wider than a unit, so going there and back changes nothing.
    function testFuzz_toFloat32_undoesToFixed18(uint32 bits) public pure {
        uint32 magnitude = bits & 0x7fffffff;
        vm.assume(magnitude >= 0x2d800000 && magnitude < 0x7f800000);
        expectEqual(TensorLib.fixed18ToFloat32(TensorLib.float32ToFixed18(bits)), bits, "bits");
    }

    function test_fromFixed18_buildsAReadableTensor() public view {
        int256[] memory values = new int256[](2);
        (values[0], values[1]) = (-1.5e18, 0.25e18);
        Tensor memory tensor =
            TensorLib.decode(abi.encode(one(TensorLib.fromFixed18("x", shapeOf(1, 2), values))))[0];
        expectEqual(tensor.data, hex"0000c0bf0000803e", "data");
        expectEqual(TensorLib.fixed18At(tensor, 0), -1.5e18, "first");
        expectEqual(reader.fixed18At(tensor, 1), 0.25e18, "second");
    }

    // ------------------------------------------------------------------ argmax

    function test_argmax_ordersAsIeee754Does() public view {
        expectEqual(
            reader.argmax(floats([uint32(0xbf800000), 0xc0000000, 0xbf000000, 0xff7fffff])), 2, "negatives"
        );
        expectEqual(
            reader.argmax(floats([uint32(0x3f800000), 0x40000000, 0x7f800000, 0x7f7fffff])), 2, "infinity"
        );
        expectEqual(
            reader.argmax(floats([uint32(0xff800000), 0x80000001, 0xff7fffff, 0xff800000])), 1, "subnormal"
        );
        expectEqual(
            reader.argmax(floats([uint32(0x80000000), 0x00000000, 0x80000000, 0])), 0, "-0 equals 0: first"
        );
        expectEqual(
            reader.argmax(floats([uint32(0x80000000), 0x00000001, 0x80000000, 0])), 1, "least positive"
        );
        expectEqual(reader.argmax(floats([uint32(0x3f800000), 0x3f800001, 0x3f800001, 0])), 1, "ties: first");
    }

    function test_argmax_rejectsNaNAnywhere() public {
        uint32[3] memory nans = [uint32(0x7fc00000), 0x7f800001, 0xffc00000];
        for (uint256 i = 0; i < nans.length; ++i) {
            Tensor memory first = floats([nans[i], 0, 0, 0]);
            Tensor memory last = floats([uint32(0x7f800000), 0, 0, nans[i]]);
            vm.expectRevert(abi.encodeWithSelector(TensorLib.FloatNotANumber.selector, nans[i]));
            reader.argmax(first);
            vm.expectRevert(abi.encodeWithSelector(TensorLib.FloatNotANumber.selector, nans[i]));
            reader.argmax(last);
        }
    }

    function test_argmax_ofARowCountsFromTheTensorsStart() public {
        Tensor memory tensor = floats([uint32(0x40000000), 0, 0x3f800000, 0x3f800001]);
        expectEqual(reader.argmaxOf(tensor, 2, 2), 3, "second row");
        vm.expectRevert(abi.encodeWithSelector(TensorLib.TensorIndex.selector, 4, 4));
        reader.argmaxOf(tensor, 2, 3);
    }

    function test_argmax_rejectsNothing() public {
        Tensor memory empty = Tensor("", "FP32", shapeOf(0), "");
        vm.expectRevert(abi.encodeWithSelector(TensorLib.TensorIndex.selector, 0, 0));
        reader.argmax(empty);
    }

    /// For values that fixed point tells apart, both ways to compare agree.
    function testFuzz_argmax_agreesWithFixedPoint(uint32[4] memory bits) public pure withDirtyMemory {
        for (uint256 i = 0; i < 4; ++i) {
            bits[i] = (bits[i] & 0x8fffffff) | 0x30000000; // exponents near one
        }
        Tensor memory tensor = floats(bits);
        uint256 best = TensorLib.argmax(tensor);
        for (uint256 i = 0; i < 4; ++i) {
            expectTrue(TensorLib.fixed18At(tensor, best) >= TensorLib.fixed18At(tensor, i), "not the largest");
        }
    }

    // ------------------------------------------------------------------ memory

    /// Elements at the very end are read with a load that reaches past the data, whatever lies there.
    function testFuzz_element_ignoresWhatLiesBehindTheData(uint16 value, bytes32 behind) public pure {
        bytes memory data = abi.encodePacked(uint8(value), uint8(value >> 8), behind);
        assembly ("memory-safe") {
            mstore(data, 2) // the rest stays where it was, but is not data any more
        }
        expectEqual(
            TensorLib.intAt(Tensor("", "UINT16", new uint64[](0), data), 0), int256(uint256(value)), "element"
        );
    }

    /// A decoded tensor lies inside the encoding: nothing else may have been overwritten.
    function test_decode_writesNothingButItsOwnStructs() public pure withDirtyMemory {
        bytes memory encoded = abi.encode(mixture());
        bytes memory copy = bytes.concat(encoded);
        bytes memory before = "a neighbour that must stay as it is, longer than one word";
        Tensor[] memory tensors = TensorLib.decode(encoded);
        bytes memory afterwards = "another one";
        expectEqual(encoded, copy, "encoded");
        expectEqual(before, "a neighbour that must stay as it is, longer than one word", "before");
        expectEqual(afterwards, "another one", "after");
        expectEqual(tensors.length, 3, "count");
    }
}
