// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IInferenceCallback, IInferenceCoprocessor} from "../src/IInferenceCoprocessor.sol";
import {InferenceReceipt} from "../src/InferenceReceipt.sol";

// ------------------------------------------------------------------ tokens

/// An ordinary ERC-20 that anyone may mint.
contract Token {
    mapping(address => uint256) public balanceOf;
    mapping(address => mapping(address => uint256)) public allowance;

    function mint(address to, uint256 amount) external {
        balanceOf[to] += amount;
    }

    function approve(address spender, uint256 amount) external returns (bool) {
        allowance[msg.sender][spender] = amount;
        return true;
    }

    function transfer(address to, uint256 amount) external virtual returns (bool) {
        move(msg.sender, to, amount);
        return true;
    }

    function transferFrom(address from, address to, uint256 amount) external virtual returns (bool) {
        allowance[from][msg.sender] -= amount;
        move(from, to, amount);
        return true;
    }

    function move(address from, address to, uint256 amount) internal virtual {
        balanceOf[from] -= amount;
        balanceOf[to] += amount;
    }
}

/// Returns nothing, as USDT does.
contract SilentToken is Token {
    function transfer(address to, uint256 amount) external override returns (bool) {
        move(msg.sender, to, amount);
        assembly {
            return(0, 0)
        }
    }

    function transferFrom(address from, address to, uint256 amount) external override returns (bool) {
        allowance[from][msg.sender] -= amount;
        move(from, to, amount);
        assembly {
            return(0, 0)
        }
    }
}

/// Keeps one in a hundred.
contract FeeToken is Token {
    function move(address from, address to, uint256 amount) internal override {
        balanceOf[from] -= amount;
        balanceOf[to] += amount - amount / 100;
    }
}

/// Says no without reverting, and moves nothing.
contract RefusingToken is Token {
    function transferFrom(address, address, uint256) external pure override returns (bool) {
        return false;
    }
}

/// Calls whoever sends before it moves anything, as ERC-777 does.
contract HookToken is Token {
    function move(address from, address to, uint256 amount) internal override {
        if (from.code.length != 0) Hooked(from).tokensToSend();
        super.move(from, to, amount);
    }
}

interface Hooked {
    function tokensToSend() external;
}

// ------------------------------------------------------------------ callbacks

abstract contract Callback is IInferenceCallback {
    uint256 public calls;

    function onInference(address, InferenceReceipt calldata receipt, bytes calldata outputs) external {
        ++calls;
        misbehave(receipt, outputs);
    }

    function misbehave(InferenceReceipt calldata receipt, bytes calldata outputs) internal virtual;
}

contract Reverter is Callback {
    error Unwilling(uint256 reason);

    bool public willing;

    function setWilling(bool willing_) external {
        willing = willing_;
    }

    function misbehave(InferenceReceipt calldata, bytes calldata) internal view override {
        require(willing, Unwilling(42));
    }
}

contract GasBurner is Callback {
    function misbehave(InferenceReceipt calldata, bytes calldata) internal pure override {
        assembly {
            invalid()
        }
    }
}

/// Makes whoever copies its answer pay for megabytes.
contract ReturnBomb is Callback {
    bool private immutable _succeeds;

    constructor(bool succeeds) {
        _succeeds = succeeds;
    }

    function misbehave(InferenceReceipt calldata, bytes calldata) internal view override {
        bool succeeds = _succeeds;
        assembly {
            if succeeds { return(0, 200000) }
            revert(0, 200000)
        }
    }
}

/// Ends in SELFDESTRUCT, which the compiler warns of in Solidity. Whatever the calldata, it pays itself out to the caller.
contract SelfDestructor {
    constructor() {
        assembly {
            mstore(0, shl(240, 0x33ff)) // CALLER SELFDESTRUCT
            return(0, 2)
        }
    }
}

/// Comes back into the coprocessor with a call of the test's choice.
contract Reentrant is Callback {
    bytes public call_;
    bool public succeeded;
    bytes public returned;

    function setCall(bytes calldata call__) external {
        call_ = call__;
    }

    function misbehave(InferenceReceipt calldata, bytes calldata) internal override {
        (succeeded, returned) = msg.sender.call(call_);
    }

    receive() external payable {
        if (msg.sender.code.length != 0 && call_.length != 0) (succeeded, returned) = msg.sender.call(call_);
    }

    function withdraw(IInferenceCoprocessor coprocessor) external {
        coprocessor.withdraw(address(0), address(this));
    }
}

/// Takes no ETH.
contract Refuser {
    function withdraw(IInferenceCoprocessor coprocessor, address to) external {
        coprocessor.withdraw(address(0), to);
    }
}
