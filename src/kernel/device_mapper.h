#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace ctrd::kernel {

// A device's table: one target from its first sector (of 512 bytes) to its last.
struct DmTable {
    uint64_t sectors = 0;
    std::string target; // "thin-pool", "thin" …
    std::string parameters;
};

struct DmInfo {
    bool exists = false;
    bool suspended = false;
    bool removedOnClose = false; // removeOnClose() was called
    int openCount = 0;           // 0: nobody has it open or mounted
    uint32_t major = 0, minor = 0;
};

// The kernel's device-mapper, through libdevmapper, which is loaded when the first of these is
// made: a host without it, or with an old one, gets a sentence and not a program that does not
// start. Where udev runs, every call waits until it has done with the device; where it does not,
// the nodes in /dev/mapper are made here. Thread safe; the library is not, so calls wait for each
// other.  What fails throws SystemError with the kernel's errno (EBUSY: in use; ENXIO: there is no
// such device).
class DeviceMapper {
public:
    // Loads the kernel's module where it is one.  Throws NotSupported with what is missing.
    DeviceMapper();

    std::string libraryVersion() const;
    // Whether the kernel knows the kind of target; loads the module dm-NAME where it does not yet.
    bool hasTarget(const std::string& name) const;
    bool waitsForUdev() const;
    bool canRemoveOnClose() const;

    // Where a device's node is.
    static std::string nodeOf(const std::string& name);
    // All zero where there is no such device.
    DmInfo info(const std::string& name) const;
    std::vector<std::string> list() const;
    // What the target says of itself; of a pool: kernel's thin-provisioning.txt, "Status".
    std::string status(const std::string& name) const;
    DmTable table(const std::string& name) const;

    void create(const std::string& name, const DmTable& table) const;
    // Puts another table in the place of a device's; whoever uses it waits meanwhile.
    void reload(const std::string& name, const DmTable& table) const;
    // Whoever writes waits, and a file system on it is brought into a state that can be copied.
    void suspend(const std::string& name) const;
    void resume(const std::string& name) const;
    void remove(const std::string& name) const;
    // At once, or when the last who has it open closes it.  Where canRemoveOnClose().
    void removeOnClose(const std::string& name) const;
    // Takes that back; ENXIO where it is too late.
    void keepOnClose(const std::string& name) const;
    // The answer, if the target gives one, is of no interest here.
    void message(const std::string& name, const std::string& text) const;
};

} // namespace ctrd::kernel
