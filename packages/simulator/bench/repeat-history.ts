import { join } from 'node:path';
import { openFile } from '@flaghoist/sqlite-store/sqlite';

/**
 * Gives each flag of a data folder a past: what its changes left is there so many times more, as revisions of an epoch before.
 * The items have the size and the number of real ones; nobody proposes a hundred thousand changes for a benchmark.
 */
export const repeatHistory = (folder: string, times: number): void => {
  const database = openFile(join(folder, 'flaghoist.db'));
  database.exec('BEGIN');
  database.exec(`
    WITH RECURSIVE past (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM past WHERE n < ${times})
    INSERT OR IGNORE INTO items (place, pk, sk, item, created, written, writer, moment)
      SELECT place, CASE WHEN pk LIKE 'CHANGE#%' THEN pk || '-' || n ELSE pk END,
        CASE
          WHEN sk LIKE 'REVISION#%' THEN 'REVISION#' || substr(zero, 1, length(sk) - 22) || '#' || printf('%012d', n)
          WHEN sk LIKE 'CHANGE#%' THEN 'CHANGE#' || substr(zero, 1, length(sk) - 20) || '#' || printf('%012d', n)
          ELSE sk || '-' || n
        END,
        item, created, written, writer, moment
      FROM items, past, (SELECT '0000000000' AS zero)
      WHERE item IS NOT NULL AND (sk LIKE 'REVISION#%' OR sk LIKE 'CHANGE#%' OR sk LIKE 'OUTCOME#%' OR sk LIKE 'PROPOSAL#%' OR sk LIKE 'PROOF#%')
        AND undecided IS NULL;
    WITH RECURSIVE past (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM past WHERE n < ${times})
    INSERT INTO documents (region, name, flag_key, change_id, type, at, document)
      SELECT region, name || '-' || n, flag_key, change_id, type, at, document FROM documents, past
      WHERE type IN ('ChangeProposed', 'ChangeAccepted', 'ChangeVerified');
  `);
  database.exec('COMMIT');
  database.close();
};
