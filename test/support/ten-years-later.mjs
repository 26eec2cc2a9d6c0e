// Preloaded into a process that must verify with neither network nor an honest clock: the clock is ten years ahead, and every way out of this process is closed.
import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)
const aheadMs = 10 * 365.25 * 86_400_000
const RealDate = Date
globalThis.Date = class extends RealDate {
  constructor(...given) {
    if (given.length === 0) super(RealDate.now() + aheadMs)
    else super(...given)
  }
  static now() {
    return RealDate.now() + aheadMs
  }
}

const closed = () => {
  throw new Error('the network is unplugged')
}
const net = require('node:net')
net.Socket.prototype.connect = closed
net.connect = net.createConnection = closed
require('node:tls').connect = closed
const dns = require('node:dns')
dns.lookup = dns.promises.lookup = dns.resolve = dns.promises.resolve = closed
globalThis.fetch = closed
