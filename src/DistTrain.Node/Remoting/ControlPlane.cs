namespace DistTrain.Node.Remoting;

/// <summary>The part of Akka's configuration that decides what may cross between nodes, and when a node counts as lost.</summary>
internal static class ControlPlane
{
    public const string SystemName = "disttrain";
    public const string CoordinatorRole = "coordinator";
    public const string ServerRole = "ps";
    public const string WorkerRole = "worker";

    public const string Configuration = """
        akka {
          actor {
            serialization-settings.allow-unregistered-types = false
            serializers {
              control = "DistTrain.Node.Remoting.ControlSerializer, disttrain"
              json = "DistTrain.Node.Remoting.RefusingJsonSerializer, disttrain"
              proto = "DistTrain.Node.Remoting.RefusingProtobufSerializer, disttrain"
              daemon-create = "DistTrain.Node.Remoting.RefusingDeploymentSerializer, disttrain"
            }
            serialization-bindings {
              "Google.Protobuf.IMessage, Google.Protobuf" = control
            }
          }
          remote {
            # Control messages are small; what is larger has no business here.
            dot-netty.tcp.maximum-frame-size = 128000b
          }
          cluster {
            # A worker's broken stream is noticed by its parameter server within a second or two, and its shards move
            # then. This detector only decides about membership, so it can afford to sit out a busy machine.
            failure-detector.heartbeat-interval = 1s
            failure-detector.acceptable-heartbeat-pause = 8s
            split-brain-resolver.stable-after = 7s
            shutdown-after-unsuccessful-join-seed-nodes = 60s
            run-coordinated-shutdown-when-down = on
          }
          coordinated-shutdown.exit-clr = off
        }
        """;
}
