//! What the reading process gives up before it meets a file: memory, core dumps, new rights, files, the network, the parts of the
//! kernel that reading has no use for.

use std::collections::BTreeMap;
use std::io;

use rustix::process::{Resource, Rlimit, Signal};
use seccompiler::{BpfProgram, SeccompAction, SeccompFilter};

/// Gives up, for good, what reading does not need. Each file's processor time is allowed as it comes.
///
/// # Errors
/// When the kernel refuses a limit.
pub fn confine(memory: u64, ocr: bool) -> io::Result<()> {
    let limit =
        |resource, most| rustix::process::setrlimit(resource, Rlimit { current: Some(most), maximum: Some(most) });
    limit(Resource::As, memory)?;
    limit(Resource::Core, 0)?;
    rustix::process::setpgid(None, None)?;
    rustix::process::set_parent_process_death_signal(Some(Signal::KILL))?;
    rustix::thread::set_no_new_privs(true)?;
    shut_in().map_err(io::Error::other)?;
    refuse(ocr)
}

/// Where programs and their data are: all that Tesseract needs.
const PROGRAMS: [&str; 11] = [
    "/usr",
    "/bin",
    "/lib",
    "/lib64",
    "/opt",
    "/nix",
    "/etc/ld.so.cache",
    "/etc/ld.so.conf",
    "/etc/ld.so.conf.d",
    "/proc",
    "/sys/devices/system/cpu",
];

/// Leaves, as far as the kernel can: reading programs, writing to nowhere, no TCP. A document that takes the process or Tesseract over
/// finds neither keys nor other contracts. Tesseract inherits it.
fn shut_in() -> Result<(), landlock::RulesetError> {
    use landlock::{ABI, Access, AccessFs, AccessNet, PathBeneath, PathFd, Ruleset, RulesetAttr, RulesetCreatedAttr};
    let mut rules = Ruleset::default()
        .handle_access(AccessFs::from_all(ABI::V3))?
        .handle_access(AccessNet::from_all(ABI::V4))?
        .create()?;
    let own = std::env::var_os("TESSDATA_PREFIX").map(std::path::PathBuf::from);
    for place in PROGRAMS.iter().map(std::path::PathBuf::from).chain(own) {
        if let Ok(there) = PathFd::new(&place) {
            let may = if place.is_dir() { AccessFs::from_read(ABI::V3) } else { AccessFs::ReadFile.into() };
            rules = rules.add_rule(PathBeneath::new(there, may))?;
        }
    }
    if let Ok(null) = PathFd::new("/dev/null") {
        rules = rules.add_rule(PathBeneath::new(null, AccessFs::WriteFile | AccessFs::ReadFile))?;
    }
    if let Ok(random) = PathFd::new("/dev/urandom") {
        rules = rules.add_rule(PathBeneath::new(random, AccessFs::ReadFile))?;
    }
    rules.restrict_self().map(|_| ())
}

/// Calls that neither reading nor Tesseract makes: the network of any kind, other processes' memory, keys, name spaces, mounts,
/// modules, and the doors through which kernels were taken over most often.
const REFUSED: [libc::c_long; 37] = [
    libc::SYS_socket,
    libc::SYS_connect,
    libc::SYS_bind,
    libc::SYS_listen,
    libc::SYS_ptrace,
    libc::SYS_process_vm_readv,
    libc::SYS_process_vm_writev,
    libc::SYS_pidfd_getfd,
    libc::SYS_kcmp,
    libc::SYS_bpf,
    libc::SYS_perf_event_open,
    libc::SYS_userfaultfd,
    libc::SYS_io_uring_setup,
    libc::SYS_io_uring_enter,
    libc::SYS_io_uring_register,
    libc::SYS_keyctl,
    libc::SYS_add_key,
    libc::SYS_request_key,
    libc::SYS_mount,
    libc::SYS_umount2,
    libc::SYS_pivot_root,
    libc::SYS_chroot,
    libc::SYS_fsopen,
    libc::SYS_move_mount,
    libc::SYS_open_tree,
    libc::SYS_setns,
    libc::SYS_unshare,
    libc::SYS_open_by_handle_at,
    libc::SYS_init_module,
    libc::SYS_finit_module,
    libc::SYS_delete_module,
    libc::SYS_kexec_load,
    libc::SYS_reboot,
    libc::SYS_swapon,
    libc::SYS_swapoff,
    libc::SYS_personality,
    libc::SYS_clock_settime,
];

/// Calls that reading alone never makes; Tesseract is started and ended with them.
const WITHOUT_OCR: [libc::c_long; 3] = [libc::SYS_execve, libc::SYS_execveat, libc::SYS_kill];

/// Has the kernel refuse these calls to this thread and to all it starts, where the kernel and the processor can (seccomp).
fn refuse(ocr: bool) -> io::Result<()> {
    let Ok(processor) = std::env::consts::ARCH.try_into() else { return Ok(()) };
    let more: &[libc::c_long] = if ocr { &[] } else { &WITHOUT_OCR };
    let rules: BTreeMap<i64, Vec<seccompiler::SeccompRule>> =
        REFUSED.iter().chain(more).map(|call| (*call, Vec::new())).collect();
    let refused = SeccompAction::Errno(libc::EPERM.unsigned_abs());
    let filter = SeccompFilter::new(rules, SeccompAction::Allow, refused, processor).map_err(io::Error::other)?;
    let program: BpfProgram = filter.try_into().map_err(io::Error::other)?;
    match seccompiler::apply_filter(&program) {
        // A kernel built without it.
        Err(seccompiler::Error::Seccomp(e) | seccompiler::Error::Prctl(e))
            if e.raw_os_error() == Some(libc::EINVAL) =>
        {
            Ok(())
        }
        done => done.map_err(io::Error::other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::ErrorKind;
    use std::net::{TcpListener, UdpSocket};
    use std::process::Command;

    /// What a thread may do under the filter: TCP, UDP, a program.
    fn tried(ocr: bool) -> [Result<(), ErrorKind>; 3] {
        std::thread::spawn(move || {
            refuse(ocr).expect("refused for good");
            [
                TcpListener::bind("127.0.0.1:0").map(drop).map_err(|e| e.kind()),
                UdpSocket::bind("127.0.0.1:0").map(drop).map_err(|e| e.kind()),
                Command::new("true").status().map(drop).map_err(|e| e.kind()),
            ]
        })
        .join()
        .expect("it ends")
    }

    #[test]
    fn a_reader_has_no_network_and_starts_no_program_but_for_ocr() {
        let no = Err(ErrorKind::PermissionDenied);
        assert_eq!(tried(false), [no, no, no]);
        assert_eq!(tried(true), [no, no, Ok(())]);
    }
}
