import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { FastifyReply } from 'fastify';
import type { Kysely } from 'kysely';
import { z } from 'zod';
import { CalloutReport, MonthQuery, MonthReport } from '../../contract/callout-report.ts';
import { Problem } from '../../contract/http.ts';
import { Line } from '../../contract/shape.ts';
import type { Clock } from '../../core/time.ts';
import type { Database } from '../../platform/database.ts';
import { printed } from '../../platform/printed.ts';
import { workbook } from '../../platform/workbook.ts';
import { may } from '../doors.ts';
import { calloutPaper, calloutSheets, monthPaper, monthSheets } from '../report-sheets.ts';
import { calloutReport, monthReport } from '../views/callout-report-view.ts';

interface ReportDeps {
  readonly db: Kysely<Database>;
  readonly clock: Clock;
}

const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
const ofCallout = z.object({ calloutId: z.uuid() });
const ofSite = z.object({ siteId: Line(40) });
const File = z.unknown().describe('The file.');

/** 叫应报告: what was done to reach people, as JSON, as a workbook and on paper. Telephone numbers are masked in all of them. */
export const calloutReportRoutes: FastifyPluginAsyncZod<ReportDeps> = async (app, { db, clock }) => {
  const callout = { door: may('site/see', 'callout') } as const;
  const site = { door: may('site/see', 'site') } as const;
  const calloutFile = { params: ofCallout, response: { 200: File, 404: Problem } };
  const monthFile = { params: ofSite, querystring: MonthQuery, response: { 200: File, 404: Problem } };

  app.get(
    '/api/callouts/:calloutId/report',
    { config: callout, schema: { params: ofCallout, response: { 200: CalloutReport, 404: Problem } } },
    (request) => calloutReport(db, request.params.calloutId),
  );

  app.get('/api/callouts/:calloutId/report.xlsx', { config: callout, schema: calloutFile }, async (request, reply) => {
    const report = await calloutReport(db, request.params.calloutId);
    return asFile(
      reply,
      XLSX,
      `callout-${report.figures.calloutId}.xlsx`,
      Buffer.from(workbook(calloutSheets(report))),
    );
  });

  app.get('/api/callouts/:calloutId/report.pdf', { config: callout, schema: calloutFile }, async (request, reply) => {
    const report = await calloutReport(db, request.params.calloutId);
    const paper = await printed(calloutPaper(report));
    return asFile(reply, 'application/pdf', `callout-${report.figures.calloutId}.pdf`, paper);
  });

  app.get(
    '/api/sites/:siteId/callout-reports',
    {
      config: site,
      schema: { params: ofSite, querystring: MonthQuery, response: { 200: MonthReport, 404: Problem } },
    },
    (request) => monthReport(db, { ...request.params, ...request.query }, clock.now()),
  );

  app.get('/api/sites/:siteId/callout-reports.xlsx', { config: site, schema: monthFile }, async (request, reply) => {
    const report = await monthReport(db, { ...request.params, ...request.query }, clock.now());
    return asFile(
      reply,
      XLSX,
      `callouts-${report.siteId}-${report.month}.xlsx`,
      Buffer.from(workbook(monthSheets(report))),
    );
  });

  app.get('/api/sites/:siteId/callout-reports.pdf', { config: site, schema: monthFile }, async (request, reply) => {
    const report = await monthReport(db, { ...request.params, ...request.query }, clock.now());
    const paper = await printed(monthPaper(report));
    return asFile(reply, 'application/pdf', `callouts-${report.siteId}-${report.month}.pdf`, paper);
  });
};

/** The schema of a file is none: it is sent as it is. */
const asFile = (reply: FastifyReply, type: string, name: string, content: Buffer) =>
  reply
    .header('content-type', type)
    .header('content-disposition', `attachment; filename="${name}"`)
    .serializer((sent: unknown) => sent as string)
    .send(content);
