// A Helia peer that is driven by lines of JSON, as peer.mjs is. It keeps blocks in memory, serves them over Bitswap, and
// fetches those of others.
import './polyfill.mjs'
import { createHash } from 'node:crypto'
import { createInterface } from 'node:readline'
import { withBitswap } from '@helia/bitswap'
import { withLibp2pLight } from '@helia/libp2p'
import { identify } from '@libp2p/identify'
import { noise } from '@libp2p/noise'
import { ping } from '@libp2p/ping'
import { tcp } from '@libp2p/tcp'
import { yamux } from '@libp2p/yamux'
import { multiaddr } from '@multiformats/multiaddr'
import { createHeliaLight } from 'helia'
import { CID } from 'multiformats/cid'
import * as raw from 'multiformats/codecs/raw'
import { sha256 } from 'multiformats/hashes/sha2'

const helia = withBitswap(withLibp2pLight(createHeliaLight(), {
  addresses: { listen: ['/ip4/127.0.0.1/tcp/0'] },
  transports: [tcp()],
  connectionEncrypters: [noise()],
  streamMuxers: [yamux()],
  connectionManager: { inboundConnectionThreshold: 10000 },
  services: { identify: identify(), ping: ping() }
}))
await helia.start()

// Bytes that differ from block to block, and are the same whoever makes them.
function content (seed, index, size) {
  const block = Buffer.alloc(size)
  let state = createHash('sha256').update(`${seed}/${index}`).digest()
  for (let at = 0; at < size; at += state.length) {
    state = createHash('sha256').update(state).digest()
    state.copy(block, at)
  }
  return new Uint8Array(block)
}

async function read (cid, options) {
  const parts = []
  for await (const part of helia.blockstore.get(cid, options)) {
    parts.push(part)
  }
  return parts.length === 1 ? parts[0] : Buffer.concat(parts)
}

const commands = {
  async dial ({ addr }) {
    const connection = await helia.libp2p.dial(multiaddr(addr))
    return { peer: connection.remotePeer.toString() }
  },
  async hangUp () {
    await Promise.all(helia.libp2p.getConnections().map((connection) => connection.close()))
    return {}
  },
  async make ({ seed, count, size }) {
    const cids = []
    for (let i = 0; i < count; i++) {
      const block = content(seed, i, size)
      const cid = CID.createV1(raw.code, await sha256.digest(block))
      await helia.blockstore.put(cid, block)
      cids.push(cid.toString())
    }
    return { cids }
  },
  // Fetches blocks, some at a time; the digest is that of all of them in order.
  async fetch ({ cids, parallel }) {
    const start = performance.now()
    const blocks = new Array(cids.length)
    let next = 0
    await Promise.all(Array.from({ length: parallel }, async () => {
      while (next < cids.length) {
        const index = next++
        blocks[index] = await read(CID.parse(cids[index]), { signal: AbortSignal.timeout(120000) })
      }
    }))
    const ms = performance.now() - start
    const hash = createHash('sha256')
    let bytes = 0
    for (const block of blocks) {
      hash.update(block)
      bytes += block.length
    }
    return { bytes, ms, digest: hash.digest('hex') }
  }
}

console.log(JSON.stringify({
  peer: helia.libp2p.peerId.toString(),
  addrs: helia.libp2p.getMultiaddrs().map(String)
}))

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
