// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

/// A named tensor as the Open Inference Protocol has it.
/// @param name The model's name for it.
/// @param datatype BOOL, UINT8..UINT64, INT8..INT64, FP16, BF16, FP32, FP64 or BYTES.
/// @param shape Sizes of the dimensions, outermost first; empty for a scalar.
/// @param data The elements in row-major order, little-endian. A BYTES element is its length as four bytes, then its bytes.
struct Tensor {
    string name;
    string datatype;
    uint64[] shape;
    bytes data;
}

/// @notice Reads and builds the tensors that receipts commit to.
///
/// The canonical encoding of tensors is `abi.encode(Tensor[])`, and their hash is SHA-256 of exactly those bytes. A
/// consumer is handed the bytes, compares `hash(bytes)` with the receipt, and only then reads them:
/// `decode(bytes)`, then `fixed18At`, `intAt` or `argmax`.
///
/// `decode` checks that the bytes are the one canonical encoding: every offset, length and padding byte is what
/// `abi.encode` writes, nothing trails, every datatype is known, the data is as long as the shape says, and a BOOL is 0 or 1. So
/// `encode(decode(bytes))` equals `bytes` whenever `decode` returns. It does not check that names are unique, or that
/// names, types and shapes are those of a model: the receipt's `modelId` and `outputHash` say that.
///
/// Fixed point here ("fixed18") is a signed integer that counts 10^-18.
library TensorLib {
    /// A word of the encoding (at byte `offset`) is not what the canonical encoding has there.
    error TensorWord(uint256 offset, uint256 expected, uint256 received);
    /// The encoding ends before what it announces. `end` is where it would have to reach.
    error TensorTruncated(uint256 end, uint256 length);
    /// Bytes follow the encoding, or lie between its parts.
    error TensorTrailing(uint256 end, uint256 length);
    /// Padding at byte `offset` is not zero.
    error TensorPadding(uint256 offset);
    /// A dimension does not fit 64 bits, or the number of elements does not.
    error TensorShape(uint256 dimension);
    error TensorDatatypeUnknown(string datatype);
    /// The data is not as long as shape and datatype demand.
    error TensorDataLength(uint256 expected, uint256 received);
    /// A BOOL element is neither 0 nor 1.
    error TensorBool(uint256 index, uint8 received);
    /// The datatype is not one that this function reads.
    error TensorDatatypeUnreadable(string datatype);
    error TensorMissing(string name);
    error TensorIndex(uint256 index, uint256 count);
    /// A value does not fit the datatype.
    error TensorValue(int256 value, string datatype);
    /// NaN or infinity, where only a number will do. The bits are those of the element.
    error FloatNotFinite(uint64 bits);
    /// NaN has no place in an order.
    error FloatNotANumber(uint64 bits);
    /// An FP64 beyond what 255 bits count in units of 10^-18 (about 5.8 * 10^58). No FP16, BF16 or FP32 is that large.
    error FloatTooLarge(uint64 bits);
    /// A fixed-point number beyond the largest FP32.
    error Fixed18TooLarge(int256 value);

    uint256 private constant FIXED18_ONE = 1e18;

    enum Kind {
        Unsigned,
        Signed,
        Float,
        Bytes
    }

    // ------------------------------------------------------------------ encoding and hash

    /// @notice SHA-256, as in a receipt's `inputHash` and `outputHash`.
    function hash(bytes memory encoded) internal pure returns (bytes32) {
        return sha256(encoded);
    }

    function encode(Tensor[] memory tensors) internal pure returns (bytes memory) {
        return abi.encode(tensors);
    }

    /// @notice Accepts exactly the canonical encodings.
    /// @dev Nothing is copied: names, shapes and data of the result lie inside `encoded`, whose layout (length word, then
    /// content) is also the memory layout. Do not write to `encoded` afterwards.
    function decode(bytes memory encoded) internal pure returns (Tensor[] memory tensors) {
        _expectWord(encoded, 0, 32);
        uint256 count = _word(encoded, 32);
        // Each tensor takes nine words at least. Bounding the count first keeps a lie about it from costing memory.
        require(count <= encoded.length / 288, TensorTruncated(64 + _saturate(count) * 288, encoded.length));
        tensors = new Tensor[](count);
        uint256 offset = 64 + 32 * count;
        for (uint256 i = 0; i < count; ++i) {
            _expectWord(encoded, 64 + 32 * i, offset - 64);
            offset = _decodeTensor(encoded, offset, tensors[i]);
        }
        require(offset == encoded.length, TensorTrailing(offset, encoded.length));
    }

    // ------------------------------------------------------------------ reading

    /// @notice The first tensor of that name.
    function byName(Tensor[] memory tensors, string memory name) internal pure returns (Tensor memory) {
        bytes32 wanted = keccak256(bytes(name));
        for (uint256 i = 0; i < tensors.length; ++i) {
            if (keccak256(bytes(tensors[i].name)) == wanted) return tensors[i];
        }
        revert TensorMissing(name);
    }

    /// @notice The product of the dimensions; 1 for a scalar, 0 when any dimension is.
    function elementCount(Tensor memory tensor) internal pure returns (uint256 count) {
        count = 1;
        bool empty = false;
        for (uint256 i = 0; i < tensor.shape.length; ++i) {
            uint256 dimension = tensor.shape[i];
            if (dimension == 0) empty = true;
            else count *= dimension; // both are below 2^64, so nothing wraps before the next line
            require(count <= type(uint64).max, TensorShape(count));
        }
        if (empty) return 0;
    }

    /// @notice Element `index` (row-major) of a BOOL, UINT or INT tensor.
    function intAt(Tensor memory tensor, uint256 index) internal pure returns (int256) {
        (uint256 size, Kind kind,) = _layout(tensor.datatype);
        require(kind == Kind.Unsigned || kind == Kind.Signed, TensorDatatypeUnreadable(tensor.datatype));
        return _toInt(_rawAt(tensor, index, size), size, kind);
    }

    /// @notice Element `index` (row-major) of any tensor but BYTES, in fixed point. Integers are exact; floats are
    /// rounded as `float32ToFixed18` says, and NaN and infinities revert.
    function fixed18At(Tensor memory tensor, uint256 index) internal pure returns (int256) {
        (uint256 size, Kind kind, uint256 fractionBits) = _layout(tensor.datatype);
        require(kind != Kind.Bytes, TensorDatatypeUnreadable(tensor.datatype));
        uint64 raw = _rawAt(tensor, index, size);
        if (kind == Kind.Float) return _floatToFixed18(raw, 8 * size, fractionBits);
        return _toInt(raw, size, kind) * int256(FIXED18_ONE);
    }

    /// @notice The bits of element `index` (row-major) of any tensor but BYTES, for callers with arithmetic of their own.
    function bitsAt(Tensor memory tensor, uint256 index) internal pure returns (uint64) {
        (uint256 size, Kind kind,) = _layout(tensor.datatype);
        require(kind != Kind.Bytes, TensorDatatypeUnreadable(tensor.datatype));
        return _rawAt(tensor, index, size);
    }

    /// @notice Element `index` (row-major) of a BYTES tensor.
    function bytesAt(Tensor memory tensor, uint256 index) internal pure returns (bytes memory element) {
        (, Kind kind,) = _layout(tensor.datatype);
        require(kind == Kind.Bytes, TensorDatatypeUnreadable(tensor.datatype));
        uint256 count = elementCount(tensor);
        require(index < count, TensorIndex(index, count));
        uint256 offset = 0;
        uint256 length = _bytesElementLength(tensor.data, offset);
        for (uint256 i = 0; i < index; ++i) {
            offset += 4 + length;
            length = _bytesElementLength(tensor.data, offset);
        }
        element = new bytes(length);
        for (uint256 i = 0; i < length; ++i) {
            element[i] = tensor.data[offset + 4 + i];
        }
    }

    /// @notice The index of the largest element of any tensor but BYTES; of equals, the first.
    function argmax(Tensor memory tensor) internal pure returns (uint256 index) {
        return argmax(tensor, 0, elementCount(tensor));
    }

    /// @notice The index, counted from the tensor's start, of the largest among `count` elements from `start`;
    /// of equals, the first. With `count` the last dimension and `start` a multiple of it, this is the best of one row.
    /// @dev Floats are compared as IEEE 754 orders them, without conversion: exact for every value, -0 equals +0,
    /// infinities are the ends of the order, NaN reverts.
    function argmax(Tensor memory tensor, uint256 start, uint256 count)
        internal
        pure
        returns (uint256 index)
    {
        (uint256 size, Kind kind, uint256 fractionBits) = _layout(tensor.datatype);
        require(kind != Kind.Bytes, TensorDatatypeUnreadable(tensor.datatype));
        require(count != 0, TensorIndex(start, 0));
        index = start;
        int256 best = _orderKey(_rawAt(tensor, start, size), size, kind, fractionBits);
        for (uint256 i = 1; i < count; ++i) {
            int256 candidate = _orderKey(_rawAt(tensor, start + i, size), size, kind, fractionBits);
            if (candidate > best) (index, best) = (start + i, candidate);
        }
    }

    // ------------------------------------------------------------------ numbers

    /// @notice The nearest fixed-point number to a float32 given by its bits; of two equally near, the even one.
    ///
    /// Exact where 18 decimals suffice, otherwise wrong by at most half a unit (5 * 10^-19), subnormals included: all of
    /// them, and everything up to 2^-61, round to zero. Never overflows: the largest float32 times 10^18 is below 2^188.
    /// NaN and infinities revert. -0 is 0. Larger floats never give smaller results.
    function float32ToFixed18(uint32 bits) internal pure returns (int256) {
        return _floatToFixed18(bits, 32, 23);
    }

    /// @notice As `float32ToFixed18`, for a float64; those beyond about 5.8 * 10^58 revert with FloatTooLarge.
    function float64ToFixed18(uint64 bits) internal pure returns (int256) {
        return _floatToFixed18(bits, 64, 52);
    }

    /// @notice The bits of the nearest float32 to a fixed-point number; of two equally near, the one with even fraction.
    function fixed18ToFloat32(int256 value) internal pure returns (uint32) {
        if (value == 0) return 0;
        uint256 magnitude = value < 0 ? uint256(-(value + 1)) + 1 : uint256(value);
        // magnitude / 10^18 = fraction * 2^exponent with 2^23 <= fraction < 2^24. 10^18 has 60 bits, so the bit length
        // gives the exponent up to one. The smallest magnitude, 10^-18, is far above the subnormals.
        int256 exponent = int256(_bitLength(magnitude)) - 83;
        (uint256 fraction, uint256 rest, uint256 divisor) = _divideScaled(magnitude, exponent);
        if (fraction < 1 << 23) {
            exponent -= 1;
            (fraction, rest, divisor) = _divideScaled(magnitude, exponent);
        }
        if (2 * rest > divisor || (2 * rest == divisor && fraction & 1 == 1)) ++fraction;
        if (fraction == 1 << 24) (fraction, exponent) = (1 << 23, exponent + 1);
        require(exponent <= 104, Fixed18TooLarge(value));
        uint256 sign = value < 0 ? 1 << 31 : 0;
        return uint32(sign | (uint256(exponent + 150) << 23) | (fraction & 0x7fffff));
    }

    // ------------------------------------------------------------------ building

    /// @notice A tensor of a BOOL, UINT or INT datatype from its values.
    function fromInts(
        string memory name,
        string memory datatype,
        uint64[] memory shape,
        int256[] memory values
    ) internal pure returns (Tensor memory tensor) {
        (uint256 size, Kind kind,) = _layout(datatype);
        require(kind == Kind.Unsigned || kind == Kind.Signed, TensorDatatypeUnreadable(datatype));
        bool isBool = _isBool(datatype);
        tensor = Tensor(name, datatype, shape, new bytes(values.length * size));
        for (uint256 i = 0; i < values.length; ++i) {
            int256 low = kind == Kind.Signed ? -int256(1 << (8 * size - 1)) : int256(0);
            int256 high = isBool ? int256(1) : low + int256((1 << (8 * size)) - 1);
            require(values[i] >= low && values[i] <= high, TensorValue(values[i], datatype));
            _writeLittleEndian(tensor.data, i * size, size, uint256(values[i]));
        }
        _requireData(tensor);
    }

    /// @notice An FP32 tensor from fixed-point values, each rounded as `fixed18ToFloat32` says.
    function fromFixed18(string memory name, uint64[] memory shape, int256[] memory values)
        internal
        pure
        returns (Tensor memory tensor)
    {
        tensor = Tensor(name, "FP32", shape, new bytes(values.length * 4));
        for (uint256 i = 0; i < values.length; ++i) {
            _writeLittleEndian(tensor.data, i * 4, 4, fixed18ToFloat32(values[i]));
        }
        _requireData(tensor);
    }

    // ------------------------------------------------------------------ internal: decoding

    /// @dev `start` is where the tensor's four offsets lie; they count from there. Returns where the tensor ends.
    function _decodeTensor(bytes memory encoded, uint256 start, Tensor memory tensor)
        private
        pure
        returns (uint256 offset)
    {
        offset = start + 128;
        uint256 name = offset;
        _expectWord(encoded, start, offset - start);
        offset = _skipBytes(encoded, offset);
        uint256 datatype = offset;
        _expectWord(encoded, start + 32, offset - start);
        offset = _skipBytes(encoded, offset);
        uint256 shape = offset;
        _expectWord(encoded, start + 64, offset - start);
        offset = _skipShape(encoded, offset);
        uint256 data = offset;
        _expectWord(encoded, start + 96, offset - start);
        offset = _skipBytes(encoded, offset);
        assembly ("memory-safe") {
            let content := add(encoded, 32) // first byte after the length word of `encoded`
            mstore(tensor, add(content, name)) // each part begins with its own length word, as in memory
            mstore(add(tensor, 32), add(content, datatype))
            mstore(add(tensor, 64), add(content, shape))
            mstore(add(tensor, 96), add(content, data))
        }
        _requireData(tensor);
    }

    /// @dev Steps over length, content and zero padding.
    function _skipBytes(bytes memory encoded, uint256 offset) private pure returns (uint256) {
        uint256 length = _word(encoded, offset);
        require(length <= encoded.length, TensorTruncated(offset + 32 + _saturate(length), encoded.length));
        uint256 end = offset + 32 + length;
        uint256 paddedEnd = offset + 32 + ((length + 31) & ~uint256(31));
        require(paddedEnd <= encoded.length, TensorTruncated(paddedEnd, encoded.length));
        if (end != paddedEnd) {
            // The last word's low bytes are the padding.
            uint256 paddingBits = 8 * (paddedEnd - end);
            require(_word(encoded, paddedEnd - 32) << (256 - paddingBits) == 0, TensorPadding(end));
        }
        return paddedEnd;
    }

    function _skipShape(bytes memory encoded, uint256 offset) private pure returns (uint256 end) {
        uint256 rank = _word(encoded, offset);
        require(
            rank <= encoded.length / 32, TensorTruncated(offset + 32 + 32 * _saturate(rank), encoded.length)
        );
        end = offset + 32 + 32 * rank;
        for (offset += 32; offset < end; offset += 32) {
            uint256 dimension = _word(encoded, offset);
            require(dimension <= type(uint64).max, TensorShape(dimension));
        }
    }

    function _requireData(Tensor memory tensor) private pure {
        (uint256 size, Kind kind,) = _layout(tensor.datatype);
        uint256 count = elementCount(tensor);
        uint256 expected = size * count;
        if (kind == Kind.Bytes) {
            // Every element takes four bytes at least, so a false count stops here and not in the loop.
            require(4 * count <= tensor.data.length, TensorDataLength(4 * count, tensor.data.length));
            for (uint256 i = 0; i < count; ++i) {
                expected += 4 + _bytesElementLength(tensor.data, expected);
            }
        }
        require(expected == tensor.data.length, TensorDataLength(expected, tensor.data.length));
        if (_isBool(tensor.datatype)) {
            for (uint256 i = 0; i < count; ++i) {
                uint8 value = uint8(tensor.data[i]);
                require(value <= 1, TensorBool(i, value));
            }
        }
    }

    function _isBool(string memory datatype) private pure returns (bool) {
        return keccak256(bytes(datatype)) == keccak256("BOOL");
    }

    function _expectWord(bytes memory encoded, uint256 offset, uint256 expected) private pure {
        uint256 received = _word(encoded, offset);
        require(received == expected, TensorWord(offset, expected, received));
    }

    function _word(bytes memory encoded, uint256 offset) private pure returns (uint256 word) {
        require(offset + 32 <= encoded.length, TensorTruncated(offset + 32, encoded.length));
        assembly ("memory-safe") {
            word := mload(add(add(encoded, 32), offset)) // inside `encoded`, by the check above
        }
    }

    /// @dev Keeps announced lengths small enough to be added to and reported.
    function _saturate(uint256 length) private pure returns (uint256) {
        return length < type(uint64).max ? length : type(uint64).max;
    }

    // ------------------------------------------------------------------ internal: elements

    /// @dev Bytes per element (0 for BYTES), how to read them, and for floats the bits of the fraction.
    function _layout(string memory datatype)
        private
        pure
        returns (uint256 size, Kind kind, uint256 fractionBits)
    {
        bytes32 t = keccak256(bytes(datatype));
        if (t == keccak256("FP32")) return (4, Kind.Float, 23);
        if (t == keccak256("INT64")) return (8, Kind.Signed, 0);
        if (t == keccak256("INT32")) return (4, Kind.Signed, 0);
        if (t == keccak256("UINT8")) return (1, Kind.Unsigned, 0);
        if (t == keccak256("FP64")) return (8, Kind.Float, 52);
        if (t == keccak256("FP16")) return (2, Kind.Float, 10);
        if (t == keccak256("BF16")) return (2, Kind.Float, 7);
        if (t == keccak256("INT16")) return (2, Kind.Signed, 0);
        if (t == keccak256("INT8")) return (1, Kind.Signed, 0);
        if (t == keccak256("UINT64")) return (8, Kind.Unsigned, 0);
        if (t == keccak256("UINT32")) return (4, Kind.Unsigned, 0);
        if (t == keccak256("UINT16")) return (2, Kind.Unsigned, 0);
        if (t == keccak256("BOOL")) return (1, Kind.Unsigned, 0);
        if (t == keccak256("BYTES")) return (0, Kind.Bytes, 0);
        revert TensorDatatypeUnknown(datatype);
    }

    /// @dev Bounds are those of the data, which `decode` and the builders tie to the shape. `size` is 1 to 8.
    function _rawAt(Tensor memory tensor, uint256 index, uint256 size) private pure returns (uint64) {
        unchecked { // index * size < data.length
            uint256 count = tensor.data.length / size;
            require(index < count, TensorIndex(index, count));
            return _littleEndian(tensor.data, index * size, size);
        }
    }

    function _bytesElementLength(bytes memory data, uint256 offset) private pure returns (uint256) {
        require(offset + 4 <= data.length, TensorDataLength(offset + 4, data.length));
        return _littleEndian(data, offset, 4);
    }

    /// @dev The caller has checked offset + size <= data.length and size <= 8.
    function _littleEndian(bytes memory data, uint256 offset, uint256 size) private pure returns (uint64) {
        unchecked { // size is 1 to 8
            uint256 v;
            assembly ("memory-safe") {
                // May load bytes behind `data`, whatever they are: the last line drops all but `size` bytes.
                v := shr(192, mload(add(add(data, 32), offset)))
            }
            v = ((v & 0xff00ff00ff00ff00) >> 8) | ((v & 0x00ff00ff00ff00ff) << 8);
            v = ((v & 0xffff0000ffff0000) >> 16) | ((v & 0x0000ffff0000ffff) << 16);
            v = (v >> 32) | (v << 32);
            return uint64(v & ((1 << (8 * size)) - 1));
        }
    }

    function _writeLittleEndian(bytes memory data, uint256 offset, uint256 size, uint256 value) private pure {
        for (uint256 i = 0; i < size; ++i) {
            data[offset + i] = bytes1(uint8(value >> (8 * i)));
        }
    }

    function _toInt(uint64 raw, uint256 size, Kind kind) private pure returns (int256) {
        unchecked { // at most 64 bits, in 256
            if (kind == Kind.Signed && raw >> (8 * size - 1) == 1) {
                return int256(uint256(raw)) - int256(1 << (8 * size));
            }
            return int256(uint256(raw));
        }
    }

    /// @dev An integer that orders as the element does. A float's bits without the sign order as its magnitude does
    /// (IEEE 754 made the format so), and negating for the sign bit makes both zeros equal.
    function _orderKey(uint64 raw, uint256 size, Kind kind, uint256 fractionBits)
        private
        pure
        returns (int256)
    {
        unchecked { // at most 64 bits, in 256
            if (kind != Kind.Float) return _toInt(raw, size, kind);
            uint256 signBit = 1 << (8 * size - 1);
            uint256 magnitude = raw & (signBit - 1);
            uint256 infinity = signBit - (1 << fractionBits);
            require(magnitude <= infinity, FloatNotANumber(raw));
            return raw & signBit == 0 ? int256(magnitude) : -int256(magnitude);
        }
    }

    // ------------------------------------------------------------------ internal: numbers

    /// @dev An IEEE 754 binary format of `width` bits: sign, exponent, `fractionBits` of fraction.
    function _floatToFixed18(uint64 raw, uint256 width, uint256 fractionBits) private pure returns (int256) {
        unchecked { // every bound is stated where it is needed
            uint256 exponentMax = (1 << (width - 1 - fractionBits)) - 1;
            uint256 biased = (raw >> fractionBits) & exponentMax;
            require(biased != exponentMax, FloatNotFinite(raw));
            uint256 fraction = raw & ((1 << fractionBits) - 1);
            if (biased == 0) biased = 1; // subnormal: no hidden bit, the smallest exponent
            else fraction |= 1 << fractionBits;

            // |value| = fraction * 2^(biased - bias), with the bias counted to the fraction's last bit.
            uint256 bias = (exponentMax >> 1) + fractionBits;
            uint256 magnitude = fraction * FIXED18_ONE; // below 2^113
            if (biased >= bias) {
                uint256 shift = biased - bias;
                require(shift < 255 && magnitude >> (255 - shift) == 0, FloatTooLarge(raw));
                magnitude <<= shift;
            } else {
                magnitude = _shiftRightHalfEven(magnitude, bias - biased);
            }
            return raw >> (width - 1) == 0 ? int256(magnitude) : -int256(magnitude);
        }
    }

    /// @dev value / 2^shift, rounded to nearest, ties to even. `value` is below 2^113.
    function _shiftRightHalfEven(uint256 value, uint256 shift) private pure returns (uint256 quotient) {
        unchecked { // shift is 1 to 255 after the first line
            if (shift > 255) return 0;
            quotient = value >> shift;
            uint256 rest = value - (quotient << shift);
            uint256 half = 1 << (shift - 1);
            if (rest > half || (rest == half && quotient & 1 == 1)) ++quotient;
        }
    }

    /// @dev magnitude / (10^18 * 2^exponent). The exponent follows the magnitude's bit length, so that neither shift
    /// leaves 256 bits: the dividend stays below 2^84 where it grows, the divisor below 2^233.
    function _divideScaled(uint256 magnitude, int256 exponent)
        private
        pure
        returns (uint256 quotient, uint256 rest, uint256 divisor)
    {
        divisor = FIXED18_ONE;
        if (exponent < 0) magnitude <<= uint256(-exponent);
        else divisor <<= uint256(exponent);
        quotient = magnitude / divisor;
        rest = magnitude % divisor;
    }

    function _bitLength(uint256 value) private pure returns (uint256 bits) {
        for (uint256 step = 128; step != 0; step >>= 1) {
            if (value >> step != 0) (value, bits) = (value >> step, bits + step);
        }
        return bits + 1;
    }
}
