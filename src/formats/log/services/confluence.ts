/**
 * atlassian-confluence.log: `2024-01-02 03:04:05,678 WARN [http-nio-8090-exec-3] [logger] method message`, and below it
 * ` -- url: /path | userName: anonymous | …`: the request that it happened in.
 *
 * Read: that request, with its account. An exploit by OGNL stands in the path. A path has no blank in it, so that a field
 * of its own cannot be made there. What it is NOT: verified; the order of the fields is from Atlassian's pages.
 * Source: confluence.atlassian.com, Working with Confluence Logs.
 */
import { said } from '../messages/message.ts';
import { isoHead, serviceEvent, serviceFormat } from '../service-log.ts';

const urlField = /(?:^ -- |\| )url: (\S{1,2048})/;
const accountField = /(?:^ -- |\| )userName: (\S{1,256})/;

export const confluence = serviceFormat({
  id: 'confluence',
  service: 'confluence',
  origin: 'confluence.atlassian.com: Working with Confluence Logs',
  verified: false,
  head: isoHead,
  read: () => undefined,
  goesOn:
    /^(?: -- |\s+at |\s*\.\.\. \d{1,6} more|Caused by: |[\w$]{1,200}(?:\.[\w$]{1,200}){1,20}(?:Exception|Error)\b)/,
  more: (text) => {
    const url = text.startsWith(' -- ') ? urlField.exec(text)?.[1] : undefined;
    if (url === undefined) return undefined;
    const account = accountField.exec(text)?.[1];
    return serviceEvent('confluence', 'request', {
      account: said(account === 'anonymous' ? '' : account),
      detail: said(url, 2048),
    });
  },
});
