import type { JSX } from 'preact';
import type { Grant } from '../../../src/core/access.ts';
import { ROLES } from '../../../src/core/access.ts';
import { siteName } from '../format/site-name.ts';
import { say } from '../live/language.ts';
import { managedSites } from '../live/managed-sites.ts';

interface GrantsEditorProps {
  readonly grants: readonly Grant[];
  readonly onChange: (grants: readonly Grant[]) => void;
}

/** Roles, each at a site or at all of them, as far as whoever edits administers them. */
export function GrantsEditor({ grants, onChange }: GrantsEditorProps): JSX.Element {
  const words = say.value;
  const { all, list } = managedSites('people/manage');
  const first = all ? null : (list[0]?.siteId ?? null);
  const put = (index: number, grant: Grant): void => onChange(grants.map((each, i) => (i === index ? grant : each)));
  return (
    <fieldset class="grants">
      <legend>{words('people.roles')}</legend>
      {grants.map((grant, index) => (
        <div class="grant" key={index}>
          <select
            aria-label={words('people.role')}
            value={grant.role}
            onChange={({ currentTarget }) => {
              const role = ROLES.find((each) => each === currentTarget.value);
              if (role !== undefined) put(index, { ...grant, role });
            }}
          >
            {ROLES.map((role) => (
              <option key={role} value={role}>
                {words('people.roleIs', { role: words(`role.${role}`), what: words(`roleWhat.${role}`) })}
              </option>
            ))}
          </select>
          <select
            aria-label={words('people.site')}
            value={grant.siteId ?? ''}
            onChange={({ currentTarget }) => put(index, { ...grant, siteId: currentTarget.value || null })}
          >
            {all && <option value="">{words('sites.all')}</option>}
            {list.map(({ siteId }) => (
              <option key={siteId} value={siteId}>
                {siteName(words, siteId, list)}
              </option>
            ))}
          </select>
          <button
            type="button"
            class="button"
            aria-label={words('people.removeRole', {
              role: words(`role.${grant.role}`),
              site: siteName(words, grant.siteId, list),
            })}
            onClick={() => onChange(grants.filter((_, i) => i !== index))}
          >
            {words('people.remove')}
          </button>
        </div>
      ))}
      <button type="button" class="button" onClick={() => onChange([...grants, { role: 'operator', siteId: first }])}>
        {words('people.addRole')}
      </button>
    </fieldset>
  );
}
