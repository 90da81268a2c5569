/**
 * Brokers and registries: ActiveMQ that loads beans from an address, RocketMQ whose home is a command, Nacos whose
 * users anybody makes.
 *
 * What it is NOT: a change of a broker's configuration, which owners make, nor a connection that broke off by itself:
 * a stranger's counts only where the broker's own account left something minutes after it.
 * Source: CVE-2023-46604 (ActiveMQ), CVE-2023-33246 (RocketMQ), CVE-2021-29441 (Nacos); knowledge on entry §5.2.
 */
import type { RequestEvent, ServiceEvent } from '../../model/facts/event.ts';
import { type Meaning, ServedWatcher, type ServedWay } from './served.ts';

const activemq = ({ action, detail }: ServiceEvent): Meaning | undefined => {
  if (action === 'beans-loaded') return /^(?:https?|ftp):/i.test(detail) ? 'attack' : 'own';
  // With the usual settings Spring is silent, and this is all that an exploit leaves in the log.
  return action === 'connection-failed' ? 'sign' : undefined;
};

const rocketmq = ({ action, detail }: ServiceEvent): Meaning | undefined => {
  if (action === 'config-changed')
    return /rocketmqHome\s*[=:]?.{0,40}[;|&`$]|\bsh -c\b|\b(?:curl|wget)\b/i.test(detail) ? 'attack' : 'own';
  return action === 'config-asked' ? 'success' : undefined;
};

const nacos = ({ action, detail }: ServiceEvent): Meaning | undefined => {
  if (action !== 'request' && action !== 'request-refused') return undefined;
  // Both are written before, or because, nobody was let in.
  return /^(?:POST|PUT) \/nacos\/v1\/(?:auth\/users|cs\/ops)/.test(detail) ? 'attempt' : undefined;
};

/** The server's own name as the client's passes by the login; derby's console runs what it is given. */
const nacosRequest = ({ method, target, agent, status }: RequestEvent): Meaning | undefined => {
  if (method !== 'POST' && method !== 'PUT') return undefined;
  if (!/^\/(?:nacos\/)?v1\/(?:auth\/users|cs\/ops\/(?:data\/removal|derby))(?:[/?]|$)/.test(target))
    return undefined;
  if (status >= 400) return 'attempt';
  return agent.startsWith('Nacos-Server') || target.includes('/cs/ops/') ? 'attack' : 'success';
};

const ways: readonly ServedWay[] = [
  { vector: 'broker', service: 'activemq', meaning: activemq },
  { vector: 'broker', service: 'rocketmq', meaning: rocketmq },
  { vector: 'broker', service: 'nacos', meaning: nacos, request: nacosRequest },
];

export const brokerWatcher = (): ServedWatcher => new ServedWatcher(ways);
