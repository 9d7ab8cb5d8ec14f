// Our single-producer ring against boost::lockfree::spsc_queue, in thin alternating slices of one run, as JSON.
// Not for absolute figures: the distance of two virtual processors changes within seconds and with it every time here.
//
// usage: spsc_vs_boost [--slices N] [--cpus A,B]
// Every slice runs each variant once, the first one rotating: 2,000 round trips, or 40,000 messages one way. A ratio is
// taken inside a slice, where both sides meet the same distance; the answer is the median and quartiles of the ratios.
#include "channels.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <pthread.h>
#include <sched.h>
#include <thread>
#include <vector>

namespace {

constexpr std::uint64_t round_trips = 2000;
constexpr std::uint64_t one_way_messages = 40000;

void pin(int cpu) {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(cpu, &set);
    if (pthread_setaffinity_np(pthread_self(), sizeof set, &set) != 0) {
        std::fprintf(stderr, "spsc_vs_boost: processor %d is not free to be pinned to; choose two with --cpus\n", cpu);
        std::exit(4);
    }
}

/// The second thread: does the other half of a slice. It lives as long as the run, so that no slice starts a thread.
class Partner {
  public:
    explicit Partner(int cpu) : thread_([this, cpu] { run(cpu); }) {}

    ~Partner() {
        begin(nullptr, nullptr);
        thread_.join();
    }

    /// Hands over `work(context)` and returns at once.
    void begin(void (*work)(void *), void *context) {
        work_ = work;
        context_ = context;
        order_.store(++orders_, std::memory_order_release); // pairs with the acquire in run
    }

    /// Waits until the work is done.
    void join() {
        while (done_.load(std::memory_order_acquire) != orders_) { // pairs with the release in run
        }
    }

  private:
    void run(int cpu) {
        pin(cpu);
        for (std::uint64_t seen = 0;;) {
            while (order_.load(std::memory_order_acquire) == seen) {
            }
            seen++;
            if (work_ == nullptr) {
                return;
            }
            work_(context_);
            done_.store(seen, std::memory_order_release);
        }
    }

    void (*work_)(void *) = nullptr;
    void *context_ = nullptr;
    std::uint64_t orders_ = 0;
    alignas(128) std::atomic<std::uint64_t> order_{0};
    alignas(128) std::atomic<std::uint64_t> done_{0};
    std::thread thread_;
};

double now_nanoseconds() {
    auto now = std::chrono::steady_clock::now().time_since_epoch();
    return double(std::chrono::duration_cast<std::chrono::nanoseconds>(now).count());
}

void require_sum(const char *name, std::uint64_t sum, std::uint64_t expected) {
    if (sum != expected) {
        std::fprintf(stderr, "spsc_vs_boost: %s lost, changed or reordered messages: sum %llu instead of %llu\n", name,
                     (unsigned long long)sum, (unsigned long long)expected);
        std::exit(3);
    }
}

/// Nanoseconds a message of one slice, one way: the partner produces, this thread consumes.
template <class Channel, std::size_t Words> double one_way(Partner &partner, Channel &channel) {
    double start = now_nanoseconds();
    partner.begin([](void *context) { static_cast<Channel *>(context)->produce(one_way_messages); }, &channel);
    std::uint64_t sum = channel.consume(one_way_messages);
    double elapsed = now_nanoseconds() - start;
    partner.join();
    require_sum(Channel::name, sum, peers::expected_sum<Words>(one_way_messages));
    return elapsed / one_way_messages;
}

/// Two channels, there and back.
template <class Channel> struct Pair {
    static constexpr const char *name = Channel::name;
    Channel there, back;
};

/// Nanoseconds a round trip of one slice: the partner answers every message with one of the same sequence number.
template <class Channel, std::size_t Words> double round_trip(Partner &partner, Pair<Channel> &pair) {
    auto answer = [](void *context) {
        auto *pair = static_cast<Pair<Channel> *>(context);
        for (std::uint64_t i = 0; i < round_trips; i++) {
            pair->back.send(i + (pair->there.receive(i) >= peers::disorder));
        }
    };
    double start = now_nanoseconds();
    partner.begin(answer, &pair);
    std::uint64_t sum = 0;
    for (std::uint64_t i = 0; i < round_trips; i++) {
        pair.there.send(i);
        sum += pair.back.receive(i);
    }
    double elapsed = now_nanoseconds() - start;
    partner.join();
    require_sum(Channel::name, sum, peers::expected_sum<Words>(round_trips));
    return elapsed / round_trips;
}

/// A variant of a case and its nanoseconds slice by slice.
struct Series {
    const char *name;
    std::vector<double> times;
};

double quantile(std::vector<double> values, double fraction) {
    std::sort(values.begin(), values.end());
    return values[std::size_t(fraction * double(values.size() - 1) + 0.5)];
}

/// Runs every measure once a slice, the first one rotating; the first tenth of the slices only warms up.
template <class... Measures> std::vector<Series> run_slices(int slices, Measures... measures) {
    struct Entry {
        const char *name;
        double (*call)(void *);
        void *measure;
    };
    Entry entries[] = {{measures.name, [](void *m) { return static_cast<Measures *>(m)->call(); }, &measures}...};
    constexpr int count = sizeof...(measures);
    std::vector<Series> series;
    for (const Entry &entry : entries) {
        series.push_back({entry.name, {}});
    }
    for (int slice = -slices / 10; slice < slices; slice++) {
        for (int turn = 0; turn < count; turn++) {
            int index = (turn + slice + slices) % count;
            double time = entries[index].call(entries[index].measure);
            if (slice >= 0) {
                series[index].times.push_back(time);
            }
        }
    }
    return series;
}

template <class Channel, std::size_t Words> struct OneWay {
    const char *name = Channel::name;
    Partner &partner;
    std::unique_ptr<Channel> channel = std::make_unique<Channel>();
    explicit OneWay(Partner &partner) : partner(partner) {}
    double call() { return one_way<Channel, Words>(partner, *channel); }
};

template <class Channel, std::size_t Words> struct RoundTrip {
    const char *name = Channel::name;
    Partner &partner;
    std::unique_ptr<Pair<Channel>> pair = std::make_unique<Pair<Channel>>();
    explicit RoundTrip(Partner &partner) : partner(partner) {}
    double call() { return round_trip<Channel, Words>(partner, *pair); }
};

/// Prints a case: each variant's nanoseconds, and every ring variant's ratio ours / boost's inside the slices.
void print_case(const char *title, std::size_t bytes, const std::vector<Series> &series, bool is_last) {
    std::printf("    {\"case\": \"%s\", \"bytes\": %zu, \"variants\": [\n", title, bytes);
    for (std::size_t i = 0; i < series.size(); i++) {
        const auto &times = series[i].times;
        std::printf("      {\"name\": \"%s\", \"p25_ns\": %.2f, \"median_ns\": %.2f, \"p75_ns\": %.2f}%s\n",
                    series[i].name, quantile(times, 0.25), quantile(times, 0.5), quantile(times, 0.75),
                    i + 1 < series.size() ? "," : "");
    }
    std::printf("    ], \"ratios\": [");
    const char *separator = "\n";
    for (const Series &ours : series) {
        for (const Series &peer : series) {
            if (std::strncmp(ours.name, "ring.", 5) != 0 || std::strncmp(peer.name, "boost.", 6) != 0) {
                continue;
            }
            std::vector<double> ratios;
            for (std::size_t i = 0; i < ours.times.size(); i++) {
                ratios.push_back(ours.times[i] / peer.times[i]);
            }
            std::printf("%s      {\"own\": \"%s\", \"peer\": \"%s\", \"p25\": %.4f, \"median\": %.4f, \"p75\": %.4f}",
                        separator, ours.name, peer.name, quantile(ratios, 0.25), quantile(ratios, 0.5),
                        quantile(ratios, 0.75));
            separator = ",\n";
        }
    }
    std::printf("\n    ]}%s\n", is_last ? "" : ",");
}

template <std::size_t Words> void run_size(Partner &partner, int slices, bool is_last) {
    using namespace peers;
    auto trips =
        run_slices(slices, RoundTrip<BoostSingle<Words>, Words>(partner), RoundTrip<RingSingle<Words>, Words>(partner));
    print_case("round_trip", Words * 8, trips, false);
    auto flows = run_slices(slices, OneWay<BoostSingle<Words>, Words>(partner),
                            OneWay<BoostArray<Words>, Words>(partner), OneWay<BoostInPlace<Words>, Words>(partner),
                            OneWay<RingSingle<Words>, Words>(partner), OneWay<RingBatch<Words>, Words>(partner));
    print_case("one_way", Words * 8, flows, is_last);
}

} // namespace

int main(int argc, char **argv) {
    int slices = 300, first = 0, second = 1;
    for (int i = 1; i < argc; i += 2) {
        bool is_slices = std::strcmp(argv[i], "--slices") == 0, is_cpus = std::strcmp(argv[i], "--cpus") == 0;
        bool is_read = i + 1 < argc && ((is_slices && std::sscanf(argv[i + 1], "%d", &slices) == 1) ||
                                        (is_cpus && std::sscanf(argv[i + 1], "%d,%d", &first, &second) == 2));
        if (!is_read || slices < 10 || first == second) {
            std::fprintf(stderr, "usage: spsc_vs_boost [--slices N, at least 10] [--cpus A,B, two different ones]\n");
            return 2;
        }
    }
    pin(first);
    Partner partner(second);
    std::printf("{\"boost\": \"%d.%d\", \"compiler\": \"%s\", \"capacity\": %zu, \"batch\": %zu, \"slices\": %d, "
                "\"cases\": [\n",
                BOOST_VERSION / 100000, BOOST_VERSION / 100 % 1000, __VERSION__, peers::capacity, peers::batch, slices);
    run_size<8>(partner, slices, false);
    run_size<1>(partner, slices, true);
    std::printf("]}\n");
    return 0;
}
