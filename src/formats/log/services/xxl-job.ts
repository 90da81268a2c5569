/**
 * XXL-JOB's executor: xxl-job-executor.log, and the log of one run below jobhandler/<day>/<number>.log.
 *
 * Read: jobs that were registered, with what runs them (`GlueJobHandler` and `ScriptJobHandler` run code that was sent
 * with the request), and script files that were run.
 * Source: xxl-job XxlJobExecutor.java (registJobThread), JobThread.java, ScriptJobHandler.java, XxlJobHelper.java (logDetail).
 */
import type { EventDetail } from '../../../model/facts/event.ts';
import { said } from '../messages/message.ts';
import { isoHead, javaTrace, serviceEvent, serviceFormat } from '../service-log.ts';

const registered = />{11} xxl-job regist JobThread success, jobId:(\d{1,18}), handler:([\w.$@]{1,256})/;
/** What a job prints may look so too, but not between its own brackets. */
const script =
  /^\[com\.xxl\.job\.core\.handler\.impl\.ScriptJobHandler#execute\]-\[\d{1,6}\]-\[[^\]]{0,256}\] -{5,20} script file:(\S{1,1024}) -{5,20}$/;

function read(text: string): EventDetail | undefined {
  if (text.startsWith('[com.xxl')) {
    const file = script.exec(text)?.[1];
    return file === undefined ? undefined : serviceEvent('xxl-job', 'script', { detail: said(file, 1024) });
  }
  const found = text.includes('xxl-job regist JobThread') ? registered.exec(text) : null;
  if (found === null) return undefined;
  const [, job, handler = ''] = found;
  const sent = /(?:Glue|Script)JobHandler/.test(handler);
  return serviceEvent('xxl-job', sent ? 'code-registered' : 'registered', {
    detail: said(`${job} ${handler}`),
  });
}

export const xxlJob = serviceFormat({
  id: 'xxl-job',
  service: 'xxl-job',
  verified: true,
  source: 'xxl-job XxlJobExecutor.java (registJobThread), ScriptJobHandler.java',
  head: isoHead,
  read,
  goesOn: javaTrace,
});
