import { connect, type Socket } from 'node:net'
import { type LateSocket, lateSocket } from './late-socket.ts'

/**
 * A port inside a virtual machine, through the unix socket of its vsock device: the line `CONNECT port` goes first, and the device answers `OK …` once somebody inside has accepted (Firecracker:
 * docs/vsock.md; vhost-device-vsock speaks the same). Nothing else may be sent before the answer: the device would lose it.
 */
export function connectHybridVsock({
  path,
  port,
  allowHalfOpen = false,
}: {
  path: string
  port: number
  allowHalfOpen?: boolean
}): LateSocket {
  return lateSocket(openPort(path, port, allowHalfOpen), { allowHalfOpen })
}

const newline = 10
const lineBytesMax = 32

function openPort(path: string, port: number, allowHalfOpen: boolean): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ path, allowHalfOpen })
    let answer: Buffer = Buffer.alloc(0)
    // As from a port of this machine where nobody listens.
    const refuse = () => {
      socket.destroy()
      reject(Object.assign(new Error(`Nobody listens on port ${port} of the virtual machine`), { code: 'ECONNREFUSED' }))
    }
    // A device that hangs up before it answered was sent nothing for the enclave.
    const failed = (error: NodeJS.ErrnoException) => (error.code === 'ENOENT' || error.code === 'EACCES' ? reject(error) : refuse())
    const receive = (chunk: Buffer) => {
      answer = Buffer.concat([answer, chunk])
      const end = answer.indexOf(newline)
      if (end === -1 && answer.length <= lineBytesMax) return
      if (!answer.subarray(0, end).toString('latin1').startsWith('OK ')) return refuse()
      socket.pause()
      socket.off('data', receive).off('error', failed).off('end', refuse)
      if (end + 1 < answer.length) socket.unshift(answer.subarray(end + 1))
      resolve(socket)
    }
    socket.once('error', failed).once('end', refuse).on('data', receive)
    socket.write(`CONNECT ${port}\n`)
  })
}
