#include "monitor/spare.h"

namespace ctrd::monitor {

std::unique_ptr<Client> Spare::take() {
    std::unique_ptr<Client> client = std::move(*ready_.lock());
    // Somebody may have killed it.
    if (client != nullptr && client->isWaiting()) return client;
    return Client::spawn(program_);
}

void Spare::refill() {
    const auto ready = ready_.lock();
    if (*ready == nullptr || !(*ready)->isWaiting()) *ready = Client::spawn(program_);
}

} // namespace ctrd::monitor
