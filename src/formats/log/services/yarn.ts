/**
 * Hadoop YARN's ResourceManager and NodeManager: applications that were submitted, and containers that were started.
 *
 * `… INFO …RMAuditLogger: USER=dr.who⇥IP=192.0.2.1⇥OPERATION=Submit Application Request⇥TARGET=…⇥RESULT=SUCCESS⇥APPID=…`:
 * key and value pairs parted by tabs, of which the first of each name counts; what a caller adds (CALLERCONTEXT) comes
 * last. `dr.who` is whom an unauthenticated request is booked on.
 * Sources: hadoop …/resourcemanager/RMAuditLogger.java, …/nodemanager/NMAuditLogger.java, ClientRMService.java,
 * …/containermanager/ContainerManagerImpl.java, DefaultContainerExecutor.java; loghub Hadoop.
 */
import type { EventDetail } from '../../../model/facts/event.ts';
import { said, saidCommand } from '../messages/message.ts';
import { isoHead, javaTrace, serviceEvent, serviceFormat } from '../service-log.ts';

const logged =
  /^(?:\[[^\]]{0,128}\] )?(?:INFO|WARN|ERROR|FATAL|DEBUG|TRACE)\s{1,4}(?:\[[^\]]{0,256}\] )?([\w.$]{1,256})(?::\d{1,6})?(?: \((?:[^()]|\([^()]{0,64}\)){0,256}\))?(?::| -) (.*)$/s;
const operations: Readonly<Record<string, string>> = {
  'Submit Application Request': 'application',
  'Start Container Request': 'container',
  'Kill Application Request': 'application-killed',
};
const submitted = /^Submitted application (application_\d{1,20}_\d{1,10})/;
const launched = /^launchContainer: \[(.{1,4096})\]$/;

function audited(text: string): EventDetail | undefined {
  const fields = new Map<string, string>();
  for (const pair of text.split('\t', 24)) {
    const [name = '', value = ''] = pair.split(/=(.*)/s, 2);
    if (!fields.has(name)) fields.set(name, value.trim());
  }
  const operation = fields.get('OPERATION') ?? '';
  const action = Object.hasOwn(operations, operation) ? operations[operation] : undefined;
  if (action === undefined) return undefined;
  const id = [fields.get('APPID'), fields.get('CONTAINERID'), fields.get('RESULT')].filter(
    (each) => each !== undefined,
  );
  return serviceEvent('yarn', action, {
    account: said(fields.get('USER')),
    from: said(fields.get('IP')),
    detail: said(id.join(' ')),
  });
}

function read(text: string): EventDetail | undefined {
  const found = logged.exec(text);
  if (found === null) return undefined;
  const [, logger = '', message = ''] = found;
  if (logger.endsWith('RMAuditLogger') || logger.endsWith('NMAuditLogger')) return audited(message);
  const application = message.startsWith('Submitted app') ? submitted.exec(message)?.[1] : undefined;
  if (application !== undefined) return serviceEvent('yarn', 'application', { detail: said(application) });
  const command = message.startsWith('launchContainer') ? launched.exec(message)?.[1] : undefined;
  return command === undefined
    ? undefined
    : serviceEvent('yarn', 'container-launched', { detail: saidCommand(command) });
}

export const yarn = serviceFormat({
  id: 'yarn',
  service: 'yarn',
  verified: true,
  source: 'hadoop RMAuditLogger.java, NMAuditLogger.java, ContainerManagerImpl.java; loghub Hadoop',
  head: isoHead,
  read,
  goesOn: javaTrace,
});
