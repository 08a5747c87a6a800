import type { ModelHost } from './model-host.ts'
import { ModelService } from './model-service.ts'

/** Runs the model in this process: onnxruntime blocks its event loop for the length of a run. */
export class InProcessHost extends ModelService implements ModelHost {
  readonly restarts = 0
  readonly processId: number = process.pid

  async close(): Promise<void> {
    // The model goes with the last reference to it.
  }
}
