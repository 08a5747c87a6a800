import { Random } from '@agentmem/conformance'
import { faults } from './faults.ts'
import type { Torture } from './fault.ts'

/** One fault, with random numbers of its own, so that it can be repeated alone. Throws where it cannot be done here. */
export async function runFault(
  name: string,
  { seed, ...given }: Omit<Torture, 'random'> & { readonly seed: number },
): Promise<void> {
  const fault = faults[name]
  if (!fault) throw new Error(`There is no fault '${name}'; there are ${Object.keys(faults).join(', ')}.`)
  const own = Array.from(name).reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) | 0, seed)
  await fault({ ...given, random: new Random(own) })
}
