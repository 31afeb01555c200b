#pragma once

#include "base/time.h"

#include <map>
#include <string>
#include <vector>

// Directories that outlive the containers they are mounted in.
namespace ctrd::volume {

struct Volume {
    std::string name, driver;
    Timestamp created = 0;
    std::map<std::string, std::string> labels, options; // options are the driver's
};

// Of a volume that nobody named: it belongs to the container it was made for.
inline constexpr const char* kAnonymousLabel = "com.docker.volume.anonymous";

// Keeps volumes.  Thread safe for different names; calls for one name are ordered by the store.
class Driver {
public:
    virtual ~Driver() = default;

    virtual std::string name() const = 0;
    // Removes what a crash left half-made and returns what is there; called once, at the start.
    virtual std::vector<Volume> load() = 0;
    // Makes an empty one; on failure nothing of it is there.  InvalidArgument for a bad name,
    // NotSupported for options it has not.
    virtual void create(const Volume& volume) = 0;
    // The directory to bind into containers.
    virtual std::string mountPoint(const std::string& volume) const = 0;
    // An empty directory for what shall become the content of an empty volume, and the step that
    // makes it that, whole or not at all.  Nobody has the volume mounted.
    virtual std::string stage(const std::string& volume) = 0;
    virtual void commitStage(const std::string& volume) = 0;
    // Nothing where it does not exist.  Nobody has it mounted.
    virtual void remove(const std::string& volume) = 0;
};

// Docker's rule for names; throws InvalidArgument.
void checkName(const std::string& name);

} // namespace ctrd::volume
