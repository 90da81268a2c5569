/**
 * Releases from which on the hole is closed that miners use in a product: the oldest good one of each branch.
 *
 * Why: "update it" is no advice where the current package of a distribution may be as old as the hole. What it is NOT:
 * a statement that a release has no other hole; whoever can takes the newest. The shapes of `incident/entry/` name the
 * CVEs that these close. Sources: the advisory that is named with each.
 */

export interface FixedRelease {
  readonly releases: string;
  readonly advisory: string;
}

export const fixedReleases: Readonly<Record<string, FixedRelease>> = {
  activemq: { releases: '5.15.16, 5.16.7, 5.17.6, 5.18.3', advisory: 'CVE-2023-46604' },
  apache: { releases: '2.4.51', advisory: 'CVE-2021-42013' },
  cacti: { releases: '1.2.23', advisory: 'CVE-2022-46169' },
  confluence: { releases: '8.5.4', advisory: 'CVE-2023-22515, CVE-2023-22518, CVE-2023-22527' },
  drupal: { releases: '7.58, 8.5.1', advisory: 'SA-CORE-2018-002' },
  exchange: {
    releases: 'KB5000871, KB5001779, KB5003435',
    advisory: 'CVE-2021-26858, CVE-2021-27065, CVE-2021-34473, CVE-2021-34523, CVE-2021-31207',
  },
  geoserver: { releases: '2.22.6, 2.23.6, 2.24.4, 2.25.2', advisory: 'CVE-2024-36401' },
  joomla: { releases: '3.4.6', advisory: 'CVE-2015-8562' },
  laravel: { releases: 'ignition 2.5.2', advisory: 'CVE-2021-3129' },
  log4j: { releases: 'log4j-core 2.3.2, 2.12.4, 2.17.1', advisory: 'CVE-2021-44228, CVE-2021-44832' },
  nacos: { releases: '2.2.3', advisory: 'CVE-2021-29441, QVD-2023-6271' },
  nextjs: {
    releases:
      'next 15.0.5, 15.1.9, 15.2.6, 15.3.6, 15.4.8, 15.5.7, 16.0.7; react-server-dom 19.0.1, 19.1.2, 19.2.1',
    advisory: 'CVE-2025-55182',
  },
  ofbiz: { releases: '18.12.15', advisory: 'CVE-2023-51467, CVE-2024-38856' },
  openfire: { releases: '4.6.8, 4.7.5', advisory: 'CVE-2023-32315' },
  'php-cgi': { releases: '8.1.29, 8.2.20, 8.3.8', advisory: 'CVE-2024-4577' },
  phpunit: { releases: '4.8.28, 5.6.3', advisory: 'CVE-2017-9841' },
  rocketmq: { releases: '4.9.7, 5.1.2', advisory: 'CVE-2023-33246, CVE-2023-37582' },
  salt: { releases: '3002.5', advisory: 'CVE-2020-11651, CVE-2021-25281' },
  'sap-netweaver': { releases: 'SAP Note 3594142', advisory: 'CVE-2025-31324' },
  sharepoint: { releases: 'KB5002768, KB5002754, KB5002760', advisory: 'CVE-2025-53770' },
  solr: { releases: '8.8.2', advisory: 'CVE-2019-17558, CVE-2021-27905' },
  spark: { releases: '3.1.3, 3.2.2, 3.3.0', advisory: 'CVE-2022-33891' },
  spring: {
    releases: 'spring-framework 5.2.20, 5.3.18; cloud-function 3.1.7, 3.2.3; cloud-gateway 3.0.7, 3.1.1',
    advisory: 'CVE-2022-22965, CVE-2022-22963, CVE-2022-22947',
  },
  struts: { releases: '2.5.33, 6.3.0.2', advisory: 'S2-045, S2-057, S2-066' },
  thinkphp: { releases: '5.0.24, 5.1.42, 6.0.14', advisory: 'CVE-2018-20062, QVD-2022-46174' },
  tomcat: { releases: '7.0.82, 8.5.23, 9.0.1', advisory: 'CVE-2017-12617' },
  vbulletin: { releases: '5.6.2 PL1', advisory: 'CVE-2019-16759, CVE-2020-17496' },
  weblogic: { releases: 'Critical Patch Update January 2021', advisory: 'CVE-2020-14882, CVE-2021-2109' },
  wordpress: { releases: 'wp-file-manager 6.9', advisory: 'CVE-2020-25213' },
  'workspace-one': { releases: 'VMSA-2022-0011', advisory: 'CVE-2022-22954' },
  zimbra: { releases: '8.8.15 P33, 9.0.0 P26', advisory: 'CVE-2022-27925, CVE-2022-37042' },
};
