// Reads decision events from Kafka, checks each against its published schema, prints a line of it.

import { readdirSync, readFileSync, writeSync } from 'node:fs'
import { basename, join } from 'node:path'

import { Consumer } from '@platformatic/kafka'
import Ajv2020 from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { Kafka } from 'cloudevents'

const STDOUT = 1
const UTF8 = new TextDecoder('utf-8', { fatal: true })
const SIGNALS = ['SIGINT', 'SIGTERM']

/** A record that is no event, or an event that its schema does not allow; says why. */
class InvalidEventError extends Error {}

/** The check of each type of event that has a schema in `folder`, by the type. */
function checksIn(folder) {
  const ajv = addFormats(new Ajv2020())
  const files = readdirSync(folder).filter((file) => file.endsWith('.json'))
  return new Map(
    files.map((file) => [
      `secretariat.${basename(file, '.json')}`,
      ajv.compile(JSON.parse(readFileSync(join(folder, file), 'utf8')))
    ])
  )
}

/** The event that a record carries; InvalidEventError where it carries none. */
function eventOf({ headers, key, value }) {
  try {
    const said = [...headers].map(([name, text]) => [UTF8.decode(name), UTF8.decode(text)])
    const event = Kafka.toEvent({
      headers: Object.fromEntries(said),
      key: key && UTF8.decode(key),
      value: value && UTF8.decode(value)
    })
    event.validate()
    return event
  } catch (error) {
    throw new InvalidEventError(`no CloudEvent: ${error.message}`)
  }
}

/** InvalidEventError where `event` names another schema, or its data are not as the schema says. */
function examine({ dataschema, data }, check) {
  const published = check.schema.$id
  if (dataschema !== published) {
    throw new InvalidEventError(`dataschema is ${dataschema}, not ${published}`)
  }
  if (!check(data)) {
    const [wrong] = check.errors
    throw new InvalidEventError(`${wrong.instancePath || '/'}: ${wrong.message}`)
  }
}

/** Makes lines of records. It knows the checks, and which events it had before. */
class Reader {
  #seen = new Set()

  constructor(checks) {
    this.checks = checks
  }

  /** What to print of `record`; null for an event of an unknown type, or that was here. */
  lineOf(record) {
    try {
      const event = eventOf(record)
      const check = this.checks.get(event.type)
      if (!check) {
        console.error(`skipped ${event.id}: ${event.type} is unknown`)
        return null
      }
      const identity = JSON.stringify([event.source, event.id])
      if (this.#seen.has(identity)) return null
      this.#seen.add(identity)
      examine(event, check)
      const { mechanism = null, symbol = null, decision, text } = event.data
      return {
        id: event.id,
        type: event.type,
        mechanism,
        symbol,
        text: decision?.text ?? text ?? null,
        valid: true
      }
    } catch (error) {
      if (!(error instanceof InvalidEventError)) throw error
      return { id: claimedId(record), valid: false, error: error.message }
    }
  }
}

/** What a record says its id is, or null. */
function claimedId({ headers }) {
  for (const [name, text] of headers) {
    if (name.toString() === 'ce_id') return text.toString()
  }
  return null
}

/** Tell Kafka that `record` is done, so that the group does not get it again. */
async function commit(record) {
  try {
    await record.commit()
  } catch (error) {
    if (!error.findBy?.('needsRejoin', true)) throw error
    console.error(`${record.topic}-${record.partition} is read again: ${error.message}`)
  }
}

/** Print the events on `topic`: `count` of them, or all that come until a signal to end. */
async function read(bootstrap, topic, folder, count) {
  const reader = new Reader(checksIn(folder))
  const consumer = new Consumer({
    clientId: 'read-decisions',
    groupId: process.env.GROUP ?? 'example-node',
    bootstrapBrokers: bootstrap.split(','),
    autocommit: false
  })
  let printed = 0
  let stopping = false
  try {
    const records = await consumer.consume({
      topics: [topic],
      mode: 'committed',
      fallbackMode: 'earliest'
    })
    const stop = () => {
      stopping = true
      records.close()
    }
    SIGNALS.forEach((name) => process.once(name, stop))
    for await (const record of records) {
      const line = reader.lineOf(record)
      if (line) {
        writeSync(STDOUT, `${JSON.stringify(line)}\n`)
        printed += 1
      }
      await commit(record)
      if (stopping || printed === count) break
    }
  } finally {
    await consumer.close(true)
  }
}

const [bootstrap, topic, folder, count = 'Infinity', ...rest] = process.argv.slice(2)
if (!folder || !/^([1-9]\d*|Infinity)$/.test(count) || rest.length) {
  console.error('usage: node read-decisions.js BOOTSTRAP TOPIC SCHEMA_FOLDER [COUNT]')
  process.exit(2)
}
try {
  await read(bootstrap, topic, folder, Number(count))
} catch (error) {
  console.error(error.message, error.errors?.at(-1).message ?? '')
  process.exitCode = 1
}
