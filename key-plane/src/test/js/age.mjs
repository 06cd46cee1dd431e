// One age operation a process: input and output are the standard streams, secrets come in a file.
import { readFileSync } from 'node:fs'
import * as age from 'age-encryption'

const [operation, argument] = process.argv.slice(2)

const operations = {
  // Prints an identity and its recipient.
  async identity (kind) {
    const identity = kind === 'hybrid' ? await age.generateHybridIdentity() : await age.generateX25519Identity()
    return Buffer.from(`${identity}\n${await age.identityToRecipient(identity)}\n`)
  },
  async encrypt (recipient) {
    const encrypter = new age.Encrypter()
    encrypter.addRecipient(recipient)
    return encrypter.encrypt(readFileSync(0))
  },
  async decrypt (identityFile) {
    const decrypter = new age.Decrypter()
    decrypter.addIdentity(readFileSync(identityFile, 'utf8').trim())
    return decrypter.decrypt(readFileSync(0))
  }
}

const output = await operations[operation](argument)
process.stdout.write(output)
