import { type Endpoint, type EndpointRequest, type EndpointStream, readWhole } from '../endpoint.ts'

/** An endpoint that can `retire`: its connections are closed when nothing comes over them any more. */
export function retirable(endpoint: Endpoint): Endpoint & Required<Pick<Endpoint, 'retire'>> {
  let underWay = 0
  let onClosed: (() => void) | undefined

  function begin(): () => void {
    underWay++
    let isOver = false
    return () => {
      if (isOver) return
      isOver = true
      underWay--
      closeWhenIdle()
    }
  }

  function closeWhenIdle(): void {
    if (underWay > 0 || onClosed === undefined) return
    endpoint.close()
    onClosed()
  }

  async function open(request: EndpointRequest): Promise<EndpointStream> {
    const end = begin()
    const failed = (error: unknown): never => {
      end()
      throw error
    }
    const stream = await endpoint.open(request).catch(failed)
    return {
      ...stream,
      async read() {
        const part = await stream.read().catch(failed)
        if (part === undefined) end()
        return part
      },
      cancel() {
        stream.cancel()
        end()
      },
    }
  }

  return {
    ...endpoint,
    open,
    send: async (request) => readWhole(await open(request)),
    retire(callback) {
      onClosed = callback
      closeWhenIdle()
    },
  }
}
