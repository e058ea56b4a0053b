import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { Kysely } from 'kysely';
import { z } from 'zod';
import { AddDevice, AddedDevice, DeviceView } from '../../contract/devices.ts';
import { Problem } from '../../contract/http.ts';
import { Line } from '../../contract/shape.ts';
import type { Database } from '../../platform/database.ts';
import { may, sessionOf } from '../doors.ts';
import type { DeviceDesk } from '../ports.ts';
import { deviceById, devicesOfSite } from '../views/device-view.ts';

interface DeviceDeps {
  readonly db: Kysely<Database>;
  readonly desk: DeviceDesk;
}

const ofSite = z.object({ siteId: Line(40) });

/** What instruments sign in to the broker with. */
export const deviceRoutes: FastifyPluginAsyncZod<DeviceDeps> = async (app, { db, desk }) => {
  app.get(
    '/api/sites/:siteId/devices',
    {
      config: { door: may('credential/manage', 'site') },
      schema: { params: ofSite, response: { 200: z.array(DeviceView), 404: Problem } },
    },
    (request) => devicesOfSite(db, request.params.siteId),
  );

  app.post(
    '/api/sites/:siteId/devices',
    {
      config: { door: may('credential/manage', 'site') },
      schema: {
        params: ofSite,
        body: AddDevice,
        response: { 201: AddedDevice, 400: Problem, 404: Problem, 409: Problem },
      },
    },
    async (request, reply) => {
      const { name: who } = sessionOf(request).account;
      const { deviceId, password } = await desk.add(request.params.siteId, request.body, who);
      void reply.header('cache-control', 'no-store');
      return reply.code(201).send({ ...(await deviceById(db, deviceId)), password });
    },
  );

  app.post(
    '/api/devices/:deviceId/revoke',
    {
      config: { door: may('credential/manage', 'device') },
      schema: { params: z.object({ deviceId: z.uuid() }), response: { 200: DeviceView, 404: Problem } },
    },
    async (request) => {
      const { deviceId } = request.params;
      await desk.revoke(deviceId, sessionOf(request).account.name);
      return deviceById(db, deviceId);
    },
  );
};
