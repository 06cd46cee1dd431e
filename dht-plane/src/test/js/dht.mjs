// A js-libp2p DHT peer that speaks the line protocol of `beacon dht shell`: a line for each node that is ready, then a line
// of JSON for each line of standard input. Options: --kad ID --k K --nodes N --bootstrap ADDR…
import './polyfill.mjs'
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { identify, identifyPush } from '@libp2p/identify'
import { kadDHT, passthroughMapper } from '@libp2p/kad-dht'
import { noise } from '@libp2p/noise'
import { peerIdFromString } from '@libp2p/peer-id'
import { ping } from '@libp2p/ping'
import { tcp } from '@libp2p/tcp'
import { yamux } from '@libp2p/yamux'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'
import { CID } from 'multiformats/cid'

const options = { kad: '/beacon/kad/1.0.0', k: 20, nodes: 1, bootstrap: [] }
for (let i = 2; i < process.argv.length; i++) {
  const name = process.argv[i].slice(2)
  if (name === 'bootstrap') {
    while (i + 1 < process.argv.length && !process.argv[i + 1].startsWith('--')) {
      options.bootstrap.push(process.argv[++i])
    }
  } else {
    options[name] = name === 'kad' ? process.argv[++i] : Number(process.argv[++i])
  }
}

const anyValue = async () => {}
const greatest = (key, records) =>
  records.reduce((best, one, i) => Buffer.compare(one, records[best]) > 0 ? i : best, 0)

async function start () {
  return await createLibp2p({
    addresses: { listen: ['/ip4/127.0.0.1/tcp/0'] },
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    connectionManager: { inboundConnectionThreshold: 10000, maxIncomingPendingConnections: 1000, maxParallelDials: 100 },
    services: {
      identify: identify({ timeout: 20000, runOnConnectionOpen: true }),
      identifyPush: identifyPush(),
      // One ping follows the other: the stream of the last one may not yet be gone on the other side.
      ping: ping({ maxInboundStreams: 8, maxOutboundStreams: 8 }),
      dht: kadDHT({
        protocol: options.kad,
        clientMode: false,
        kBucketSize: options.k,
        peerInfoMapper: passthroughMapper,
        validators: { test: anyValue },
        selectors: { test: greatest }
      })
    }
  })
}

const nodes = []
for (let i = 0; i < options.nodes; i++) {
  const node = await start()
  const bootstrap = options.bootstrap.map(multiaddr)
  if (i > 0) {
    bootstrap.push(nodes[0].getMultiaddrs()[0])
  }
  await Promise.allSettled(bootstrap.map((address) => node.dial(address)))
  nodes.push(node)
}

const target = (text) => text.startsWith('/') ? multiaddr(text) : peerIdFromString(text)
const shown = (peer) => ({ id: peer.id.toString(), addrs: peer.multiaddrs.map(String) })
const utf8 = (text) => new TextEncoder().encode(text)
const recordKey = (text) => utf8(text.startsWith('/') ? text : '/test/' + text)

function key (text) {
  if (text.startsWith('hex:')) {
    return Buffer.from(text.slice(4), 'hex')
  }
  try {
    return peerIdFromString(text).toMultihash().bytes
  } catch {}
  try {
    return CID.parse(text).multihash.bytes
  } catch {}
  return utf8(text)
}

// Runs a query to its end and counts what it sent.
async function walk (events, seen) {
  const messages = { sent: 0, answered: 0, failed: 0 }
  for await (const event of events) {
    if (event.name === 'SEND_QUERY') {
      messages.sent++
    } else if (event.name === 'PEER_RESPONSE') {
      messages.answered++
    } else if (event.name === 'QUERY_ERROR') {
      messages.failed++
    }
    if (seen(event) === true) {
      break
    }
  }
  return messages
}

const commands = {
  async connect (node, [address]) {
    return { peerId: (await node.dial(target(address))).remotePeer.toString() }
  },
  async disconnect (node, [peer]) {
    await node.hangUp(peerIdFromString(peer))
    return { peerId: peer }
  },
  async ping (node, [peer, count = 1]) {
    const rttMs = []
    for (let i = 0; i < Number(count); i++) {
      rttMs.push(await node.services.ping.ping(target(peer)))
    }
    return { rttMs }
  },
  async identify (node, [peer]) {
    const found = await node.services.identify.identify(await node.dial(target(peer)))
    return {
      peerId: found.peerId.toString(),
      agent: found.agentVersion,
      protocols: found.protocols,
      listenAddrs: found.listenAddrs.map(String),
      observedAddr: found.observedAddr?.toString() ?? null
    }
  },
  async provide (node, [cid]) {
    return { messages: await walk(node.services.dht.provide(CID.parse(cid)), () => false) }
  },
  async findProviders (node, [cid, stopAfter = options.k]) {
    const found = new Map()
    const start = performance.now()
    let firstMs = 0
    const messages = await walk(node.services.dht.findProviders(CID.parse(cid)), (event) => {
      if (event.name === 'PROVIDER' || event.name === 'PEER_RESPONSE') {
        for (const provider of event.providers) {
          if (found.size === 0) {
            firstMs = performance.now() - start
          }
          found.set(provider.id.toString(), shown(provider))
        }
      }
      return found.size >= Number(stopAfter)
    })
    return { providers: [...found.values()], firstMs, messages }
  },
  async getClosestPeers (node, [text]) {
    const found = new Map()
    const messages = await walk(node.services.dht.getClosestPeers(key(text)), (event) => {
      if (event.name === 'FINAL_PEER') {
        found.set(event.peer.id.toString(), shown(event.peer))
      }
    })
    return { peers: [...found.values()], messages }
  },
  async findPeer (node, [peer]) {
    return shown(await node.peerRouting.findPeer(peerIdFromString(peer)))
  },
  async put (node, [name, ...value]) {
    return { messages: await walk(node.services.dht.put(recordKey(name), utf8(value.join(' '))), () => false) }
  },
  async get (node, [name]) {
    let value = null
    await walk(node.services.dht.get(recordKey(name)), (event) => {
      if (event.name === 'VALUE') {
        const text = new TextDecoder().decode(event.value)
        value = value === null || text > value ? text : value
      }
    })
    return { value }
  },
  async peers (node) {
    return { peers: node.getPeers().map((id) => ({ id: id.toString() })) }
  },
  async table (node) {
    return { size: node.services.dht.routingTable.size }
  },
  async refresh (node) {
    await node.services.dht.refreshRoutingTable()
    return { size: node.services.dht.routingTable.size }
  },
  async stats () {
    const usage = process.cpuUsage()
    const rss = /VmRSS:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))
    return {
      memory: { rssBytes: Number(rss[1]) * 1024, heapUsedBytes: process.memoryUsage().heapUsed },
      cpuMs: (usage.user + usage.system) / 1000,
      pid: process.pid
    }
  },
  async exit () {
    return {}
  }
}

nodes.forEach((node, i) => {
  console.log(JSON.stringify({
    event: 'ready',
    peerId: node.peerId.toString(),
    addrs: node.getMultiaddrs().map(String),
    pid: process.pid,
    ...(nodes.length > 1 ? { node: i } : {})
  }))
})

let n = 0
for await (const line of createInterface({ input: process.stdin })) {
  const words = line.trim().split(/\s+/)
  if (words[0] === '') {
    continue
  }
  const index = words[0].startsWith('@') ? Number(words.shift().slice(1)) : 0
  const cmd = words.shift()
  const start = performance.now()
  const answer = { n: ++n, cmd }
  try {
    const result = await commands[cmd](nodes[index], words)
    Object.assign(answer, { ok: true, ms: performance.now() - start, result })
  } catch (failure) {
    Object.assign(answer, { ok: false, ms: performance.now() - start, error: String(failure?.message ?? failure) })
  }
  console.log(JSON.stringify(answer))
  if (cmd === 'exit') {
    break
  }
}
process.exit(0)
