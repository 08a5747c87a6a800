import type { Report } from '../measured/report.ts'
import type { Section } from './section.ts'
import { eventLoop } from './sections/event-loop.ts'
import { floors } from './sections/floors.ts'
import { inference } from './sections/inference.ts'
import { ingest } from './sections/ingest.ts'
import { latency } from './sections/latency.ts'
import { limitations } from './sections/limitations.ts'
import { peers } from './sections/peers.ts'
import { recall } from './sections/recall.ts'
import { recovery } from './sections/recovery.ts'
import { retrieval } from './sections/retrieval.ts'
import { throughput } from './sections/throughput.ts'

/** The report in the order it is read: what the figures do not say comes first. */
export function makeSections(report: Report): Section[] {
  const made = [
    throughput,
    latency,
    recall,
    retrieval,
    ingest,
    recovery,
    inference,
    eventLoop,
    peers,
    floors,
  ].map(make => make(report))
  return [limitations(report), ...made.filter(section => section !== undefined)]
}
