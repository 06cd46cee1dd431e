// A js-libp2p peer that is driven by lines of JSON: {"n":1,"cmd":"ping","addr":"/ip4/…"} on standard input is answered
// by {"n":1,"ok":true,"result":…} on standard output. The first line it prints says where it listens.
import './polyfill.mjs'
import { createHash } from 'node:crypto'
import { createInterface } from 'node:readline'
import { identify, identifyPush } from '@libp2p/identify'
import { noise } from '@libp2p/noise'
import { ping } from '@libp2p/ping'
import { tcp } from '@libp2p/tcp'
import { yamux } from '@libp2p/yamux'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'

const ECHO = '/beacon-test/echo/1.0.0'
const SINK = '/beacon-test/sink/1.0.0'

const node = await createLibp2p({
  addresses: { listen: ['/ip4/127.0.0.1/tcp/0'] },
  transports: [tcp()],
  connectionEncrypters: [noise()],
  streamMuxers: [yamux()],
  connectionManager: { inboundConnectionThreshold: 10000 },
  services: { identify: identify(), identifyPush: identifyPush(), ping: ping({ maxInboundStreams: 8, maxOutboundStreams: 8 }) }
})

async function send (stream, bytes) {
  if (!stream.send(bytes)) {
    await stream.onDrain({ signal: AbortSignal.timeout(60000) })
  }
}

await node.handle(ECHO, async (stream) => {
  for await (const bytes of stream) {
    await send(stream, bytes.subarray())
  }
  await stream.close()
})

// Takes bytes until the end, then answers with their SHA-256.
await node.handle(SINK, async (stream) => {
  const hash = createHash('sha256')
  for await (const bytes of stream) {
    hash.update(bytes.subarray())
  }
  await send(stream, hash.digest())
  await stream.close()
})

const commands = {
  async dial ({ addr }) {
    const connection = await node.dial(multiaddr(addr))
    return { peer: connection.remotePeer.toString() }
  },
  async ping ({ addr }) {
    return { ms: await node.services.ping.ping(multiaddr(addr)) }
  },
  async known ({ peer }) {
    const all = await node.peerStore.all()
    const found = all.find((p) => p.id.toString() === peer)
    return {
      agent: new TextDecoder().decode(found?.metadata.get('AgentVersion') ?? new Uint8Array()),
      protocols: found?.protocols ?? [],
      addrs: found?.addresses.map((a) => a.multiaddr.toString()) ?? [],
      certified: found?.addresses.some((a) => a.isCertified) ?? false
    }
  },
  async serve ({ protocol }) {
    await node.handle(protocol, (stream) => stream.close())
    return {}
  },
  // Sends a pattern of so many bytes to the peer's sink and returns both digests.
  async upload ({ addr, size }) {
    const stream = await node.dialProtocol(multiaddr(addr), SINK)
    const hash = createHash('sha256')
    const block = new Uint8Array(65536).map((_, i) => (i * 31) & 255)
    for (let left = size; left > 0; left -= block.length) {
      const part = block.subarray(0, Math.min(left, block.length))
      hash.update(part)
      await send(stream, part)
    }
    const closed = stream.close()
    const chunks = []
    for await (const bytes of stream) {
      chunks.push(bytes.subarray())
    }
    await closed
    return { sent: hash.digest('hex'), received: Buffer.concat(chunks).toString('hex') }
  }
}

console.log(JSON.stringify({ peer: node.peerId.toString(), addrs: node.getMultiaddrs().map(String) }))

const lines = createInterface({ input: process.stdin })
lines.on('line', async (line) => {
  const request = JSON.parse(line)
  try {
    const result = await commands[request.cmd](request)
    console.log(JSON.stringify({ n: request.n, ok: true, result }))
  } catch (failure) {
    console.log(JSON.stringify({ n: request.n, ok: false, error: String(failure?.stack ?? failure) }))
  }
})
lines.on('close', () => process.exit(0))
