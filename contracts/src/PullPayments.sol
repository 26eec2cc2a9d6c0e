// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IInferenceCoprocessor} from "./IInferenceCoprocessor.sol";

interface IERC20 {
    function balanceOf(address account) external view returns (uint256);
    function transfer(address to, uint256 amount) external returns (bool);
    function transferFrom(address from, address to, uint256 amount) external returns (bool);
}

/// @notice Takes payments in ETH (token zero) or ERC-20 and keeps what is owed until its owner comes for it. Nobody is ever sent money
/// on somebody else's action, so no receiver can make that action fail.
abstract contract PullPayments is IInferenceCoprocessor {
    mapping(address account => mapping(address token => uint256)) private _credits;

    /// Set while a token is called. The attack: a token that calls its sender back in the middle of a transfer lets one deposit be
    /// measured twice, once inside and once outside.
    bool private transient _tokenCalled;

    /// @inheritdoc IInferenceCoprocessor
    function creditOf(address account, address token) external view returns (uint256) {
        return _credits[account][token];
    }

    /// @inheritdoc IInferenceCoprocessor
    function withdraw(address token, address to) external returns (uint256 amount) {
        require(to != address(0), ZeroAddress());
        amount = _credits[msg.sender][token];
        require(amount != 0, NothingToWithdraw(msg.sender, token));
        delete _credits[msg.sender][token];
        emit Withdrawn(msg.sender, token, to, amount);
        if (token == address(0)) {
            (bool taken,) = to.call{value: amount}("");
            require(taken, EthTransferFailed(to));
        } else {
            uint256 moved = _moveToken(token, abi.encodeCall(IERC20.transfer, (to, amount)));
            // Two's complement: what left is the negative of what came.
            unchecked {
                require(0 - moved == amount, TokenAmountMismatch(token, amount, 0 - moved));
            }
        }
    }

    function _credit(address account, address token, uint256 amount) internal {
        _credits[account][token] += amount;
    }

    /// @dev Takes exactly `amount` from the caller, or reverts.
    function _collect(address token, uint256 amount) internal {
        uint256 value = token == address(0) ? amount : 0;
        require(msg.value == value, ValueMismatch(value, msg.value));
        if (token == address(0)) return;
        uint256 moved =
            _moveToken(token, abi.encodeCall(IERC20.transferFrom, (msg.sender, address(this), amount)));
        require(moved == amount, TokenAmountMismatch(token, amount, moved));
    }

    /// @dev By how much the balance here grew, modulo 2^256. Takes tokens that return nothing, as some old ones do.
    function _moveToken(address token, bytes memory call_) private returns (uint256 moved) {
        require(!_tokenCalled, TransferReentered());
        _tokenCalled = true;
        uint256 before = IERC20(token).balanceOf(address(this));
        (bool succeeded, bytes memory returned) = token.call(call_);
        bool agreed = returned.length == 0 || (returned.length >= 32 && uint256(bytes32(returned)) == 1);
        require(succeeded && agreed, TokenTransferFailed(token));
        unchecked {
            moved = IERC20(token).balanceOf(address(this)) - before;
        }
        _tokenCalled = false;
    }
}
