/**
 * jenkins.log: `2024-01-02 03:04:05.678+0000 [id=32]⇥WARNING⇥hudson.security.csrf.CrumbFilter#doFilter: …`, and the older
 * two lines of java.util.logging.
 *
 * Read: requests that were turned away for want of a crumb (a script posted to /script by a stranger), with path and
 * account, and builds that ended. The script console itself writes nothing here; the access log of the proxy does.
 * Sources: jenkins core/src/main/java/hudson/security/csrf/CrumbFilter.java, hudson/model/Run.java,
 * jenkins/util/… SupportLogFormatter.
 */
import type { EventDetail } from '../../../model/facts/event.ts';
import { said } from '../messages/message.ts';
import { isoHead, javaTrace, serviceEvent, serviceFormat } from '../service-log.ts';

const logged = /^\[id=\d{1,10}\]\s{1,8}(?:[A-Z]{4,7})\s{1,8}([\w.$]{1,256})#(\S{1,128}): (.*)$/s;
/** A request's path has no blank that is not escaped, an account's name may. */
const refused =
  /^No valid crumb was included in request for (\S{1,2048})(?: by (.{0,256}))?\. Returning \d{3}\.$/s;
const built = /^(.{1,512} #\d{1,9}) main build action completed: ([A-Z_]{3,20})$/s;

function read(text: string): EventDetail | undefined {
  const found = logged.exec(text);
  if (found === null) return undefined;
  const [, logger = '', , message = ''] = found;
  if (logger === 'hudson.security.csrf.CrumbFilter') {
    const request = refused.exec(message);
    return request === null
      ? undefined
      : serviceEvent('jenkins', 'request-refused', {
          account: said(request[2]),
          detail: said(request[1], 2048),
        });
  }
  const build = logger === 'hudson.model.Run' ? built.exec(message) : null;
  return build === null
    ? undefined
    : serviceEvent('jenkins', 'built', { detail: said(`${build[1]} ${build[2]}`) });
}

export const jenkins = serviceFormat({
  id: 'jenkins',
  service: 'jenkins',
  verified: true,
  source: 'jenkins core hudson/security/csrf/CrumbFilter.java, hudson/model/Run.java',
  head: isoHead,
  read,
  goesOn: javaTrace,
});
