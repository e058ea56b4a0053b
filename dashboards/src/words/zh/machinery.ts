/** What watches over the calling itself, and copies of a database, in Chinese. */
export const zhMachinery = {
  'banner.unarmed': '这是数据库副本，尚未启用：不会呼叫任何人',
  'banner.unarmedDetail': '由备份恢复，或换了地方。须由管理员核对清单后启用；在此之前请用自己的电话逐级报告。',
  'banner.standIn': '叫应进程无响应：由网关代为呼叫',
  'banner.standInDetail': '电话仍会拨出，但只剩这一道保障。请立即通知维护人员。',
  'arm.look': '查看清单并启用',
  'arm.title': '启用这个数据库',
  'arm.explain':
    '启用后，下列叫应会各向下一人继续呼叫。已不属实的，请先在页面上应答或解除。原来的系统如仍在运行，请勿启用：会重复呼叫。',
  'arm.none': '没有未完的叫应。',
  'arm.line': '{site}：{opened} 开始，{due} 到时',
  'arm.answered': '已应答',
  'arm.confirm': '已核对，启用',
  'problem.installation/armed': '已经启用。',
  'problem.installation/list-changed': '清单有变化，请重新查看。',
} as const;
