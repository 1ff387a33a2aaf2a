#!/bin/sh
# Four incidents worked through a fresh desk, a slice of a real log imported, everything checked, the month reported.
# Run by `make demo`; needs `itil` on the PATH. Nothing outside a temporary folder is touched.
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
desk="$scratch/desk"
export ITIL_DESK="$desk" ITIL_LANGUAGE=zh NO_COLOR="${NO_COLOR-1}" PAGER=cat
export GIT_CONFIG_GLOBAL="$scratch/gitconfig" GIT_CONFIG_NOSYSTEM=1
unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE ITIL_NOW 2>/dev/null || true

as() {
    export GIT_AUTHOR_NAME="$1" GIT_AUTHOR_EMAIL="$2" GIT_COMMITTER_NAME="$1" GIT_COMMITTER_EMAIL="$2"
    printf '\n# %s\n' "$1"
}
engineer() { as 林岚 linlan@example.com; }
show() { # echoes a command as it would be typed, then runs it
    printf '\n$'
    for word in "$@"; do
        case $word in *[\ \"\'\$\&\;\|\<\>\(\)\*\?\`\\]*) printf " '%s'" "$word" ;; *) printf ' %s' "$word" ;; esac
    done
    printf '\n'
    "$@"
}
new() { # a new case; its short ID goes to $case
    show "$@" >"$scratch/said"
    cat "$scratch/said"
    case=$(sed -n 's/^INC-[0-9]*-\([0-9A-Z]*\) .*/\1/p' "$scratch/said" | head -n 1)
}
chapter() { printf '\n\n== %s ==\n' "$*"; }

chapter 一个新的服务台 · a fresh desk
engineer
show itil init "$desk" --organisation 清源软件技术服务部 --language zh --timezone Asia/Shanghai
show itil people add 朱总 --email zhu@example.com --role top_management
show itil people add 郑浩 --email zhenghao@example.com --role tier2 --approved-by 朱总
show itil people add 卫国 --email weiguo@example.com --role project_manager --approved-by 朱总
show itil people add 蒋敏 --email jiangmin@example.com --role technical_director --approved-by 朱总
show itil people add 沈砚 --email shenyan@example.com --role archivist --approved-by 朱总

chapter 一、热线解决 · solved on the hotline, one command
new itil new -o 青山区第一人民医院 -c 陆护士长 -p 0571-5550101 -y 读卡器不识别卡片 -b 3号窗口无法结算 -e 无 \
    --type fault -g terminal -s low -q 一般 --took 7m -k none --guidance 重新插拔数据线 --solution 重新插拔后正常 \
    --confirmed-by 陆护士长 --rest none
show itil follow-up "$case" --result reached --satisfaction 5 --solved

chapter 二、转二线 · escalated to tier 2
new itil new -o 云溪县中医院 -c 倪主任 -p 0572-5550102 -y 医保结算接口返回超时 -b 门诊无法实时结算 -e 2h \
    --type fault -g application -s medium -q 重要不紧急
show itil respond "$case" -k none --guidance 核对网络与参数
show itil escalate "$case" --to tier2 --reason unresolved --tried 重启接口服务无效
as 郑浩 zhenghao@example.com
show itil resolve "$case" --solution 修复未关闭的连接 --backup 备份服务器/hotfix --mode-exception 远程发布补丁
engineer
show itil close "$case" --confirmed-by 倪主任 --change normal:CHG-0012 --rest none

chapter 三、转供应商 · a fault of the supplier
new itil new -o 滨江公交集团 -c 罗工 -p 0571-5550106 -y POS机固件升级失败 -b 12台POS停用 -e 3wd \
    --type fault -g terminal -s low -q 重要紧急 --not-major --supplier 银联商务 --contract HT-2026-032
show itil escalate "$case" --to tier3 --reason supplier --due 3wd
show itil resolve "$case" --solution 供应商下发修复固件 --performed-by 银联商务工程师
show itil close "$case" --confirmed-by 罗工 --rest none

chapter 四、现场解决 · on site, with work order, approval, visit, backup, signature
new itil new -o 东湖社区卫生服务中心 -c 汤医生 -p 0571-5550103 --address 东湖街道21号 -y 服务器频繁重启 -b 系统时断时续 -e 明天 \
    --type fault -g server_hardware -s medium -q 重要紧急 --not-major
show itil respond "$case" -k none --guidance 核对电源与指示灯
show itil remote "$case" --consent-by 汤医生 --tool 向日葵 --actions 查看日志，怀疑内存 --unsolved
show itil dispatch "$case" --decided-by 卫国 --reason 远程无法解决 --engineer 郑浩 --from +1h --until +4h
as 蒋敏 jiangmin@example.com
show itil approve
as 郑浩 zhenghao@example.com
show itil visit plan "$case" --appointment +1h --cooperation 准备机房钥匙 --ready
show itil visit start "$case"
show itil plan "$case" --solution 更换内存条 --feasibility 备件已携带 --duration 1h --told-at -1m
printf '\377\330\377 scan of the signed form' >"$scratch/现场服务记录单.jpg"
show itil visit finish "$case" --diagnosis baseline_comparison --cause 内存条接触不良 --solved --solution 更换内存条，压力测试正常 \
    --backup 移动硬盘/2026 --signed-by 汤医生 --signature "$scratch/现场服务记录单.jpg"
engineer
show itil close "$case" --rest none
as 沈砚 shenyan@example.com
show itil receive "$case" --location A柜3层
engineer
show itil show "$case"
show itil log "$case"

chapter 真实日志 · 1,000 incidents of a real log
show itil import "$here/docs/examples/uci-1000.csv.gz" --map "$here/docs/examples/uci-incident-log.yaml"
show itil check
show itil list --limit 8
show itil report 2016-03
show itil report "$(date +%Y-%m)"
show git -C "$desk" log --oneline -n 12
