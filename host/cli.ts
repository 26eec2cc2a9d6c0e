import { readFileSync } from 'node:fs'
import { registerVerifierCommands } from '@nacre/verifier/cli/commands'
import { Command } from 'commander'
import { addAuditCommand } from './cli/audit.ts'
import { addBundleAdd } from './cli/bundle-add.ts'
import { addDoctorCommand } from './cli/doctor.ts'
import { addImageCommands } from './cli/image.ts'
import { addKmsCommands } from './cli/kms.ts'
import { addLogCommands } from './cli/log.ts'
import { addMeasureCommand } from './cli/measure.ts'
import { addModelAddCommand } from './cli/model-add.ts'
import { addModelSealCommands } from './cli/model-seal.ts'
import { addOnchainCommands } from './cli/onchain.ts'
import { addRelayCommands } from './cli/relay.ts'
import { addReplayCommand } from './cli/replay.ts'
import { addServeCommand } from './cli/serve.ts'
import { addStartCommand } from './cli/start.ts'

const { version } = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8')) as { version: string }

// The launcher's channel ends this process with its parent; by itself it should not keep it running.
if (process.channel !== undefined) {
  process.channel.unref()
  process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'))
}

const program = new Command('nacre')
  .description('Attested inference: run an enclave, ask it, and verify what it answered.')
  .version(version)
  .showHelpAfterError('(nacre --help lists every command)')
addStartCommand(program)
addServeCommand(program)
addMeasureCommand(program)
addImageCommands(program)
addOnchainCommands(program)
addReplayCommand(program)
addAuditCommand(program)
addLogCommands(program)
const model = program.command('model').description('Models that an enclave runs.')
addModelAddCommand(model)
addModelSealCommands(model)
addKmsCommands(program)
addDoctorCommand(program)
addRelayCommands(program)
registerVerifierCommands(program)
addBundleAdd(program)
await program.parseAsync()
