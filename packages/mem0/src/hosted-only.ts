import { MemoryError } from '@agentmem/core'

/** Calls of mem0's client that belong to its service. Each is refused by its name, with what there is in its place. */
export class HostedOnly {
  getProject(..._given: unknown[]): Promise<never> {
    return refused('getProject', noProjects)
  }

  updateProject(..._given: unknown[]): Promise<never> {
    return refused('updateProject', noProjects)
  }

  getWebhooks(..._given: unknown[]): Promise<never> {
    return refused('getWebhooks', noWebhooks)
  }

  createWebhook(..._given: unknown[]): Promise<never> {
    return refused('createWebhook', noWebhooks)
  }

  updateWebhook(..._given: unknown[]): Promise<never> {
    return refused('updateWebhook', noWebhooks)
  }

  deleteWebhook(..._given: unknown[]): Promise<never> {
    return refused('deleteWebhook', noWebhooks)
  }

  feedback(..._given: unknown[]): Promise<never> {
    return refused('feedback', 'raise or lower the importance of a memory by update() of the Memory')
  }

  getProfile(..._given: unknown[]): Promise<never> {
    return refused('getProfile', noProfiles)
  }

  generateProfile(..._given: unknown[]): Promise<never> {
    return refused('generateProfile', noProfiles)
  }

  getProfileSettings(..._given: unknown[]): Promise<never> {
    return refused('getProfileSettings', noProfiles)
  }

  updateProfileSettings(..._given: unknown[]): Promise<never> {
    return refused('updateProfileSettings', noProfiles)
  }

  sampleProfiles(..._given: unknown[]): Promise<never> {
    return refused('sampleProfiles', noProfiles)
  }

  getProfileJob(..._given: unknown[]): Promise<never> {
    return refused('getProfileJob', noProfiles)
  }

  createMemoryExport(..._given: unknown[]): Promise<never> {
    return refused('createMemoryExport', noExports)
  }

  getMemoryExport(..._given: unknown[]): Promise<never> {
    return refused('getMemoryExport', noExports)
  }
}

const noProjects = 'give the extractor of the Memory its instructions'
const noWebhooks = 'read changes() of the Memory'
const noProfiles = 'read a user with getAll()'
const noExports = 'use export() of the Memory'

async function refused(call: string, advice: string): Promise<never> {
  throw new MemoryError('UNSUPPORTED', `${call}() belongs to the service of mem0; here, ${advice}.`)
}
