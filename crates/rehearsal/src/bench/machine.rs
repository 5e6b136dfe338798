//! What the system says this process has used, from `/proc`. Where there is no `/proc`, nothing.

use std::collections::BTreeMap;
use std::fs;
use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

/// Clock ticks per second in `/proc`: Linux shows 100 to programs on every machine it runs on.
const TICKS_PER_SECOND: f64 = 100.0;
/// Fields of `stat` after the name in parentheses: the state is the first, user and system time the
/// twelfth and thirteenth (proc_pid_stat(5)).
const USER_TIME: usize = 11;
const SYSTEM_TIME: usize = 12;

fn seconds(stat: &str) -> Option<f64> {
    // The name may hold spaces and parentheses; what follows the last one does not.
    let (_, after) = stat.rsplit_once(") ")?;
    let fields: Vec<&str> = after.split(' ').collect();
    let ticks = |field: usize| fields.get(field)?.parse::<f64>().ok();
    Some((ticks(USER_TIME)? + ticks(SYSTEM_TIME)?) / TICKS_PER_SECOND)
}

/// Seconds of processor time this process has used, over all cores.
pub(crate) fn cpu_seconds() -> f64 {
    fs::read_to_string("/proc/self/stat").ok().as_deref().and_then(seconds).unwrap_or_default()
}

/// The same for each living thread, by its name.
pub(crate) fn cpu_seconds_by_thread() -> BTreeMap<String, f64> {
    let mut threads = BTreeMap::new();
    let Ok(tasks) = fs::read_dir("/proc/self/task") else { return threads };
    for task in tasks.flatten() {
        let read = |file: &str| fs::read_to_string(task.path().join(file)).ok();
        if let (Some(name), Some(used)) = (read("comm"), read("stat").as_deref().and_then(seconds)) {
            *threads.entry(name.trim().to_owned()).or_default() += used;
        }
    }
    threads
}

/// Seconds of processor time this thread has used (the first field of `schedstat`, in nanoseconds); none where
/// the system does not say.
pub(crate) fn thread_cpu_seconds() -> Option<f64> {
    let stat = fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    Some(stat.split(' ').next()?.parse::<f64>().ok()? / 1e9)
}

/// Processor time this thread has used, to the nanosecond: what others do on the machine does not count.
pub(crate) fn thread_cpu() -> Duration {
    let used = clock_gettime(ClockId::ThreadCPUTime);
    let whole = u64::try_from(used.tv_sec).unwrap_or_default();
    Duration::new(whole, u32::try_from(used.tv_nsec).unwrap_or_default())
}

/// Lets the peak of resident memory be measured anew from here on; says whether the system allows it.
pub(crate) fn reset_peak() -> bool {
    // 5: the high water mark becomes what is resident now (proc_pid_clear_refs(5)).
    fs::write("/proc/self/clear_refs", "5").is_ok()
}

/// The peak of resident memory, in megabytes of a million bytes.
pub(crate) fn peak_rss_mb() -> f64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<f64>().ok());
    kib.unwrap_or_default() * 1_024.0 / 1_000_000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_behind_the_name() {
        let stat = "7 (a (b) c) S 1 2 3 4 5 6 7 8 9 10 250 50 0 0 20 0";
        assert_eq!(seconds(stat), Some(3.0));
        assert_eq!(seconds("7 (short) S 1"), None);
        assert_eq!(seconds(""), None);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn this_process_has_used_something() {
        let begun = std::time::Instant::now();
        let mut sum = 0u64;
        while cpu_seconds() < 0.02 && begun.elapsed().as_secs() < 30 {
            sum = sum.wrapping_add(begun.elapsed().subsec_nanos().into());
        }
        assert!(cpu_seconds() >= 0.02 && sum > 0);
        assert!(peak_rss_mb() > 1.0);
        assert!(!cpu_seconds_by_thread().is_empty());
    }
}
