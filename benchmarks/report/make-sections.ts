import type { Report } from '../measured/report.ts'
import type { Section } from './section.ts'
import { eventLoop } from './sections/event-loop.ts'
import { floors } from './sections/floors.ts'
import { goals } from './sections/goals.ts'
import { hero } from './sections/hero.ts'
import { inference } from './sections/inference.ts'
import { ingest } from './sections/ingest.ts'
import { latency } from './sections/latency.ts'
import { limitations } from './sections/limitations.ts'
import { peerSearch } from './sections/peer-search.ts'
import { peers } from './sections/peers.ts'
import { recall } from './sections/recall.ts'
import { recovery } from './sections/recovery.ts'
import { retrieval } from './sections/retrieval.ts'
import { throughput } from './sections/throughput.ts'

/** In the order of a reader: what there is to say, beside others, what is found, how fast, and at the end on what grounds. */
const order = [
  hero,
  peers,
  peerSearch,
  retrieval,
  recall,
  throughput,
  latency,
  ingest,
  recovery,
  inference,
  eventLoop,
  floors,
  goals,
  limitations,
]

export function makeSections(report: Report): Section[] {
  return order.flatMap(make => make(report) ?? [])
}
